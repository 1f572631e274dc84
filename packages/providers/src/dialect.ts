import type { ChatProtocol, JsonObject } from '@gateway/core'

/** A protocol whose server calls fields of a request by other names, and refuses or ignores those it does not know. */
export function dialectOf(protocol: ChatProtocol, names: Readonly<Record<string, string>>): ChatProtocol {
  const rename = (body: JsonObject): JsonObject =>
    Object.fromEntries(Object.entries(body).map(([field, value]) => [names[field] ?? field, value]))
  return {
    ...protocol,
    writeRequest(request) {
      const { value, warnings } = protocol.writeRequest(request)
      return { value: rename(value), warnings }
    },
    passRequest(wire, target) {
      if (!Object.keys(names).some((name) => wire.json[name] !== undefined)) return protocol.passRequest(wire, target)
      const json = rename(wire.json)
      const text = JSON.stringify(json)
      return protocol.passRequest({ ...wire, json, text, bytes: new TextEncoder().encode(text) }, target)
    },
  }
}
