/** What a client may add to its one question. */
export interface Question {
  readonly model?: string
  readonly stream?: boolean
  readonly content?: string
  /** Behaviour of the simulated provider `first`, for this request alone. */
  readonly first?: object
  readonly headers?: Readonly<Record<string, string>>
}

/** Asks for a chat completion; the caller reads or leaves the body. */
export function ask(
  url: string,
  { model = 'sim-chat', stream = false, content = 'Hello', first, headers }: Question = {},
): Promise<Response> {
  const simulate = first ? { x_simulate: { first } } : {}
  return fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model, stream, messages: [{ role: 'user', content }], ...simulate }),
  })
}

/** The names of the models that a gateway offers. */
export async function modelsOf(url: string): Promise<readonly string[]> {
  const { data }: { readonly data: readonly { readonly id: string }[] } = JSON.parse(await (await fetch(`${url}/v1/models`)).text())
  return data.map(({ id }) => id)
}
