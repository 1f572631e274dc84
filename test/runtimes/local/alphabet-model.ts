/**
 * Weights of a language model that says the alphabet, over and over, and never ends by itself: `abc … xyz abc …`, a token a
 * character. A GGUF of the llama architecture, 100 kB, for servers that want real weights before they serve anything.
 * https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
 */
export function alphabetModel(contextTokens: number): Uint8Array {
  const tokens = vocabulary()
  const tensors = tensorsFor(tokens)
  const head = concat([
    ...[text('GGUF'), u32(3), u64(tensors.length)],
    ...section(metadata(tokens, contextTokens)),
    ...tensors.map(({ name, shape }, index) => {
      const offset = tensors.slice(0, index).reduce((total, { data }) => total + align(data.byteLength), 0)
      return concat([string(name), u32(shape.length), ...shape.map(u64), u32(F32), u64(offset)])
    }),
  ])
  return concat([padded(head), ...tensors.map(({ data }) => padded(new Uint8Array(data.buffer)))])
}

/** What the model says first, as long as is asked for. */
export function alphabet(length: number): string {
  return `${LETTERS} `.repeat(Math.ceil(length / 27)).slice(0, length)
}

/** In words that Ollama understands. */
export const OLLAMA_TEMPLATE = '{{ range .Messages }}<|{{ .Role }}|>{{ .Content }}<|end|>{{ end }}<|assistant|>'

const CHAT_TEMPLATE =
  '{% for message in messages %}<|{{ message.role }}|>{{ message.content }}<|end|>{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}'

const LETTERS = 'abcdefghijklmnopqrstuvwxyz'
const SPECIAL = ['<|begin|>', '<|end|>', '<|user|>', '<|assistant|>', '<|system|>'] as const
const WIDTH = 32
const F32 = 0

/** One token for each byte, as byte-level BPE writes it, then the special ones. */
function vocabulary(): readonly string[] {
  const isPlain = (byte: number): boolean => (byte > 32 && byte < 127) || (byte > 160 && byte !== 173)
  const odd = Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => !isPlain(byte))
  const bytes = Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(isPlain(byte) ? byte : 256 + odd.indexOf(byte)))
  return [...bytes, 'zz', ...SPECIAL]
}

interface Tensor {
  readonly name: string
  /** Innermost first. */
  readonly shape: readonly number[]
  readonly data: Float32Array<ArrayBuffer>
}

/** Each token's embedding says which letter it is, and the head reads the letter that follows: the layer between adds nothing. */
function tensorsFor(tokens: readonly string[]): readonly Tensor[] {
  const order = [...LETTERS.split(''), SPACE]
  const embedding = new Float32Array(tokens.length * WIDTH)
  const head = new Float32Array(tokens.length * WIDTH)
  for (const [id, token] of tokens.entries()) {
    const place = order.indexOf(token)
    const other = order.length
    embedding[id * WIDTH + (place === -1 ? other : place)] = 1
    if (place > 0) head[id * WIDTH + place - 1] = CERTAIN
    if (place === 0) head.fill(CERTAIN, id * WIDTH + order.length - 1, id * WIDTH + other + 1)
  }
  const square = (name: string): Tensor => ({ name: `blk.0.${name}.weight`, shape: [WIDTH, WIDTH], data: new Float32Array(WIDTH * WIDTH) })
  const norm = (name: string): Tensor => ({ name: `${name}.weight`, shape: [WIDTH], data: new Float32Array(WIDTH).fill(1) })
  return [
    { name: 'token_embd.weight', shape: [WIDTH, tokens.length], data: embedding },
    { name: 'output.weight', shape: [WIDTH, tokens.length], data: head },
    ...['output_norm', 'blk.0.attn_norm', 'blk.0.ffn_norm'].map(norm),
    ...['attn_q', 'attn_k', 'attn_v', 'attn_output', 'ffn_gate', 'ffn_up', 'ffn_down'].map(square),
  ]
}

/** What byte-level BPE writes for a blank. */
const SPACE = 'Ġ'
/** So far above the rest that no temperature reaches it. */
const CERTAIN = 20

function metadata(tokens: readonly string[], contextTokens: number): Readonly<Record<string, Uint8Array>> {
  const id = (token: string): number => tokens.indexOf(token)
  const kinds = tokens.map((token) => u32(token.startsWith('<|') ? CONTROL : NORMAL))
  return {
    'general.architecture': typed(STRING, string('llama')),
    'general.name': typed(STRING, string('alphabet')),
    'llama.context_length': typed(U32, u32(contextTokens)),
    'llama.embedding_length': typed(U32, u32(WIDTH)),
    'llama.block_count': typed(U32, u32(1)),
    'llama.feed_forward_length': typed(U32, u32(WIDTH)),
    'llama.attention.head_count': typed(U32, u32(1)),
    'llama.rope.dimension_count': typed(U32, u32(WIDTH)),
    'llama.attention.layer_norm_rms_epsilon': typed(FLOAT, f32(1e-5)),
    'tokenizer.ggml.model': typed(STRING, string('gpt2')),
    'tokenizer.ggml.pre': typed(STRING, string('gpt-2')),
    'tokenizer.ggml.tokens': list(STRING, tokens.map(string)),
    'tokenizer.ggml.token_type': list(I32, kinds),
    'tokenizer.ggml.merges': list(STRING, [string('z z')]),
    'tokenizer.ggml.bos_token_id': typed(U32, u32(id('<|begin|>'))),
    'tokenizer.ggml.eos_token_id': typed(U32, u32(id('<|end|>'))),
    'tokenizer.chat_template': typed(STRING, string(CHAT_TEMPLATE)),
  }
}

const NORMAL = 1
const CONTROL = 3
const U32 = 4
const I32 = 5
const FLOAT = 6
const STRING = 8
const LIST = 9
const ALIGNMENT = 32

function section(entries: Readonly<Record<string, Uint8Array>>): readonly Uint8Array[] {
  return [u64(Object.keys(entries).length), ...Object.entries(entries).flatMap(([key, value]) => [string(key), value])]
}

function typed(type: number, value: Uint8Array): Uint8Array {
  return concat([u32(type), value])
}

function list(type: number, values: readonly Uint8Array[]): Uint8Array {
  return typed(LIST, concat([u32(type), u64(values.length), ...values]))
}

function string(value: string): Uint8Array {
  const bytes = text(value)
  return concat([u64(bytes.length), bytes])
}

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value)
}

function u32(value: number): Uint8Array {
  return new Uint8Array(Uint32Array.of(value).buffer)
}

function u64(value: number): Uint8Array {
  return new Uint8Array(BigUint64Array.of(BigInt(value)).buffer)
}

function f32(value: number): Uint8Array {
  return new Uint8Array(Float32Array.of(value).buffer)
}

function align(length: number): number {
  return Math.ceil(length / ALIGNMENT) * ALIGNMENT
}

function padded(bytes: Uint8Array): Uint8Array {
  return concat([bytes, new Uint8Array(align(bytes.length) - bytes.length)])
}

function concat(pieces: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(pieces))
}
