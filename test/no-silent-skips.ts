import type { Reporter, TestModule } from 'vitest/node'

/** Fails the run when a test was skipped: where everything is installed, a skip hides what nobody looks at. */
export function noSilentSkips(): Reporter {
  return {
    onTestRunEnd(modules) {
      const skipped = modules.flatMap(skippedIn)
      if (skipped.length === 0) return
      console.error(`Skipped although CI=true:\n${skipped.join('\n')}`)
      process.exitCode = 1
    },
  }
}

function skippedIn(module: TestModule): readonly string[] {
  return Array.from(module.children.allTests('skipped'), (test) => `  ${module.relativeModuleId} > ${test.fullName}`)
}
