import type { RecordedRequest, UpstreamControl } from '@gateway/testing/upstreams'
import type { Question, SdkClient, Session, Surroundings } from './client.ts'
import type { Vendor } from './vendors.ts'

/** One client before the gateway, one vendor behind it. Tests of all encounters run at once and share the servers. */
export interface Encounter extends Surroundings {
  readonly client: SdkClient
  readonly vendor: Vendor
  session(key?: string): Session
  /** The same, of a server that does something wrong for it. */
  questionFor(behaviour: object, more?: Partial<Question>): Question
  /** What the server got of a question and of what followed it, in order. */
  seen(question: Question): Promise<readonly RecordedRequest[]>
}

export interface Place {
  readonly url: () => string
  readonly key: string
  readonly upstream: (vendor: Vendor) => UpstreamControl
}

export function createEncounter(client: SdkClient, vendor: Vendor, place: Place): Encounter {
  const model = `${vendor.name}/${vendor.model}`
  const question = (more: Partial<Question> = {}): Question => ({ model, text: newText(), ...more })
  return {
    client,
    vendor,
    address: () => ({ url: place.url(), key: place.key }),
    model,
    lacks: (skill) => [client, vendor].some(({ lacks = [] }) => lacks.includes(skill)),
    session: (key = place.key) => client.connect({ url: place.url(), key }),
    question,
    // A server of its own name, so that what the gateway thinks of its health touches nobody else.
    questionFor: (behaviour, more) =>
      question({
        model: `${failing(vendor)}/${vendor.model}`,
        text: `${newText()}\nx_simulate=${JSON.stringify({ [vendor.name]: behaviour })}`,
        ...more,
      }),
    seen: async ({ text }) => (await place.upstream(vendor).snapshot(markOf(text))).requests,
  }
}

/** The provider by which failures are asked for. */
export function failing({ name }: Vendor): string {
  return `${name}-failing`
}

/** What every simulated server says to a text. */
export function answerTo({ text }: Question): string {
  return `Simulated answer 0 to: ${text} — naïve ✓ 😀 done.`
}

let asked = 0

function newText(): string {
  asked += 1
  return `good morning, this is question-${process.pid}-${asked}.`
}

function markOf(text: string): string {
  return /question-[\d-]+\./.exec(text)?.[0] ?? text
}
