import type { JsonObject } from '@gateway/core'
import { objectOf, objectsOf, stringOf } from '../../json-fields.ts'
import type { SurfaceName } from './surfaces.ts'

/** What each vendor answers 400 to about a turn that comes back with the results of its tools; none where it takes the request. */
export function complaintsOf(vendor: SurfaceName, body: JsonObject): readonly string[] {
  return RULES[vendor](body).filter((complaint) => complaint !== '')
}

const RULES: { readonly [Name in SurfaceName]: (body: JsonObject) => readonly string[] } = {
  'openai-chat': chatComplaints,
  'openai-responses': responsesComplaints,
  'anthropic-messages': messagesComplaints,
  gemini: geminiComplaints,
}

function chatComplaints({ messages }: JsonObject): readonly string[] {
  const list = objectsOf(messages)
  const calls = list.flatMap((message) => objectsOf(message.tool_calls))
  const answers = list.flatMap(({ role, tool_call_id: id }) => (role === 'tool' ? [id] : []))
  const strange = calls.flatMap((call) => Object.keys(call).filter((key) => !['id', 'type', 'function', 'custom'].includes(key)))
  return [
    mismatch(
      calls.map(({ id }) => id),
      answers,
    ),
    strange.length === 0 ? '' : `Unknown parameter: ${strange.join()}`,
  ]
}

function responsesComplaints({ input, store, include }: JsonObject): readonly string[] {
  const items = objectsOf(input)
  const calls = items.flatMap(({ type, call_id: id }) => (type === 'function_call' ? [id] : []))
  const answers = items.flatMap(({ type, call_id: id }) => (type === 'function_call_output' ? [id] : []))
  const thoughts = items.flatMap((item, index) => (item.type === 'reasoning' ? [{ item, next: items[index + 1] }] : []))
  return [
    mismatch(calls, answers),
    ...thoughts.map(({ next }) => (next === undefined ? 'reasoning was provided without its required following item' : '')),
    ...thoughts.map(({ item }) =>
      stringOf(item.id)?.startsWith('rs_') && stringOf(item.encrypted_content) ? '' : 'item of reasoning not found',
    ),
    store === true && include !== undefined ? 'stores what it should not' : '',
  ]
}

function messagesComplaints(body: JsonObject): readonly string[] {
  const turns = objectsOf(body.messages)
  const last = turns.findLastIndex(({ role }) => role === 'assistant')
  const blocks = objectsOf(turns[last]?.content)
  const results = objectsOf(turns[last + 1]?.content).filter(({ type }) => type === 'tool_result')
  const isThinking = objectOf(body.thinking).type === 'enabled'
  const unsigned = blocks.some((block) => block.type === 'thinking' && block.signature !== SIGNATURE)
  return [
    mismatch(
      blocks.flatMap(({ type, id }) => (type === 'tool_use' ? [id] : [])),
      results.map(({ tool_use_id: id }) => id),
    ),
    isThinking && results.length > 0 ? unthoughtComplaint(blocks) : '',
    ...(isThinking ? thinkingComplaints(body) : []),
    unsigned ? 'Invalid signature in thinking block' : '',
    blocks.some((block) => block.type === 'tool_use' && block.signature !== undefined) ? 'signature: Extra inputs are not permitted' : '',
  ]
}

/** A model that thinks has thought before it calls a tool. */
function unthoughtComplaint([first]: readonly JsonObject[]): string {
  const isThought = first?.type === 'thinking' || first?.type === 'redacted_thinking'
  return isThought ? '' : `Expected thinking or redacted_thinking, but found ${String(first?.type)}`
}

/** What a request may not ask for together with thinking. */
function thinkingComplaints({ temperature, tool_choice: choice }: JsonObject): readonly string[] {
  const isForced = objectOf(choice).type === 'any' || objectOf(choice).type === 'tool'
  return [
    temperature !== undefined && temperature !== 1 ? 'temperature may only be set to 1 when thinking is enabled' : '',
    isForced ? 'Thinking may not be enabled when tool_choice forces tool use.' : '',
  ]
}

/** What the turns of these tests are signed with, by whichever vendor. */
const SIGNATURE = 'c2lnbmVk'

function geminiComplaints({ contents }: JsonObject): readonly string[] {
  const parts = objectsOf(contents).flatMap((content) => objectsOf(content.parts))
  const calls = parts.filter(({ functionCall }) => functionCall !== undefined)
  const answers = parts.flatMap(({ functionResponse }) => (functionResponse === undefined ? [] : [objectOf(functionResponse)]))
  const names = calls.map(({ functionCall }) => objectOf(functionCall).name)
  const [first] = calls
  const isSigned =
    first === undefined || first.thoughtSignature === SIGNATURE || first.thoughtSignature === 'skip_thought_signature_validator'
  const foreign = parts.some(({ thoughtSignature }) => stringOf(thoughtSignature)?.startsWith(btoa('gateway.thought')) === true)
  return [
    mismatch(
      calls.map(({ functionCall }) => objectOf(functionCall).id),
      answers.map(({ id }) => id),
    ),
    names.join() === answers.map(({ name }) => name).join() ? '' : 'the number and names of function responses have to match the calls',
    isSigned ? '' : 'Function call is missing a thought_signature',
    foreign ? 'Thought signature is not valid' : '',
  ]
}

function mismatch(calls: readonly unknown[], answers: readonly unknown[]): string {
  return JSON.stringify(calls) === JSON.stringify(answers) ? '' : `calls ${JSON.stringify(calls)} have answers ${JSON.stringify(answers)}`
}
