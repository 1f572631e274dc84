import type { Catalogue } from '../catalogue.ts'
import { GatewayError } from '../gateway-error.ts'
import type { ModelRequest } from '../model-request.ts'
import type { Pricer } from '../ports/pricer.ts'
import type { Random } from '../ports/random.ts'
import type { Provider, Target } from '../provider.ts'
import type { Reply, Stage } from '../stage.ts'
import { expectedUsage } from '../strategies/expected-usage.ts'
import { spreadLoad } from '../strategies/spread-load.ts'
import type { Candidate, Strategy } from '../strategies/strategy.ts'

export interface RouteParts {
  readonly catalogue: Catalogue
  /** By name, the default first. */
  readonly strategies: readonly Strategy[]
  readonly pricer: Pricer
  readonly random: Random
}

/** Decides who may answer, and in which order they are asked. */
export function route(parts: RouteParts): Stage {
  return async (exchange, next): Promise<Reply> => {
    const { strategy, candidates } = decide(parts, exchange.request, exchange.strategy)
    const reply = await next({ ...exchange, candidates })
    return { ...reply, strategy: strategy.name }
  }
}

/** What the router decided, for the request path and for people who ask why. */
export interface RouteDecision {
  readonly strategy: Strategy
  readonly candidates: readonly Candidate[]
}

/** The same catalogue, request and chance give the same decision. Throws `unknown-strategy` and `model-not-found`. */
export function decide(parts: RouteParts, request: ModelRequest, strategyName: string | undefined): RouteDecision {
  const strategy = findStrategy(parts.strategies, strategyName)
  const targets = spreadLoad(whoCan(request, parts.catalogue), parts.random)
  const candidates = strategy.rank(
    request,
    targets.map((target) => toCandidate(target, request, parts.pricer)),
  )
  if (candidates.length === 0) throw request.operation === 'other' && request.model === '' ? nobodyTakesIt() : modelNotFound(request.model)
  return { strategy, candidates }
}

/** Everyone who has the model and can do what is asked of it. */
function whoCan(request: ModelRequest, catalogue: Catalogue): readonly Target[] {
  if (request.operation === 'other' && request.model === '') return withoutModel(catalogue)
  const targets = catalogue.resolve(request.model)
  if (request.operation === 'embeddings') return targets.filter(({ provider }) => provider.embeddings)
  return request.operation === 'other' ? targets.filter(({ provider }) => takes(provider, request.protocol)) : targets
}

function takes({ chat, takesOther }: Provider, protocol: string | undefined): boolean {
  return protocol === undefined ? takesOther === true : chat.some((surface) => surface.protocol.name === protocol)
}

/** Lists of files and the like belong to no model: the providers are asked in their order. */
function withoutModel({ providers }: Catalogue): readonly Target[] {
  return providers
    .filter((provider) => provider.takesOther)
    .map((provider) => ({ provider, endpoint: provider.endpoints[0], model: '', price: null, contextWindow: null }))
}

function findStrategy(strategies: readonly Strategy[], name: string | undefined): Strategy {
  const strategy = name === undefined ? strategies[0] : strategies.find((known) => known.name === name)
  if (strategy) return strategy
  const names = strategies.map((known) => known.name).join(', ')
  throw new GatewayError('unknown-strategy', `There is no routing strategy of that name. Known strategies: ${names}.`, {
    param: 'x-routing-strategy',
  })
}

function toCandidate(target: Target, request: ModelRequest, pricer: Pricer): Candidate {
  const expectedCostNanoUsd = target.price && pricer.costOf(expectedUsage(request), target.price)
  return { target, facts: { expectedCostNanoUsd }, reason: '' }
}

function nobodyTakesIt(): GatewayError {
  return new GatewayError('not-found', 'There is nothing at this address, and no provider that it could be passed on to.')
}

function modelNotFound(model: string): GatewayError {
  const name = model.length > 100 ? `${model.slice(0, 100)}…` : model
  return new GatewayError('model-not-found', `The model '${name}' does not exist here. GET /v1/models lists the models that do.`, {
    param: 'model',
  })
}
