import type { JsonObject } from '@gateway/core'

/** Bytes of an image, to be looked for and replaced. */
export const PIXEL = 'iVBORw0KGgo='

const SCHEMA = { type: 'object', properties: { city: { type: 'string', enum: ['a'] } }, required: ['city'] }

/** Bodies that say as much as their protocols can. */
export const CHAT: JsonObject = {
  model: 'm',
  messages: [
    { role: 'system', content: 'Be brief.' },
    {
      role: 'user',
      name: 'ann',
      content: [
        { type: 'text', text: 'Look' },
        { type: 'image_url', image_url: { url: `data:image/png;base64,${PIXEL}`, detail: 'low' } },
      ],
    },
    {
      role: 'assistant',
      content: null,
      refusal: null,
      tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } }],
    },
    { role: 'tool', tool_call_id: 'call_1', content: 'done' },
    { role: 'assistant', content: [{ type: 'text', text: 'Well' }], reasoning_content: 'Hm' },
    {
      role: 'user',
      content: [
        { type: 'file', file: { file_data: 'data:application/pdf;base64,JVBERi0=', filename: 'a.pdf' } },
        { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } },
      ],
    },
  ],
  tools: [{ type: 'function', function: { name: 'f', description: 'd', parameters: SCHEMA, strict: true } }],
  tool_choice: { type: 'function', function: { name: 'f' } },
  response_format: { type: 'json_schema', json_schema: { name: 'r', schema: SCHEMA, strict: true } },
  max_completion_tokens: 10,
  temperature: 1,
  top_p: 1,
  stop: ['a'],
  n: 1,
  seed: 1,
  logprobs: true,
  top_logprobs: 2,
  logit_bias: { '1': 2 },
  metadata: { a: 'b' },
  user: 'u',
  reasoning_effort: 'low',
  parallel_tool_calls: true,
  stream: false,
}

export const RESPONSES: JsonObject = {
  model: 'm',
  instructions: 'Be brief.',
  input: [
    {
      role: 'user',
      content: [
        { type: 'input_text', text: 'Look' },
        { type: 'input_image', image_url: `data:image/png;base64,${PIXEL}`, detail: 'low' },
      ],
    },
    { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Hm' }], encrypted_content: 'e' },
    { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'f', arguments: '{"a":1}', status: 'completed' },
    { type: 'function_call_output', call_id: 'call_1', output: 'done' },
    { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Well', annotations: [] }] },
    { role: 'user', content: 'Go on' },
  ],
  tools: [{ type: 'function', name: 'f', description: 'd', parameters: SCHEMA, strict: true }],
  tool_choice: { type: 'function', name: 'f' },
  text: { format: { type: 'json_schema', name: 'r', schema: SCHEMA, strict: true }, verbosity: 'low' },
  reasoning: { effort: 'low', summary: 'auto' },
  include: ['reasoning.encrypted_content'],
  max_output_tokens: 100,
  temperature: 1,
  top_p: 1,
  metadata: { a: 'b' },
  store: false,
  stream: false,
}

export const MESSAGES: JsonObject = {
  model: 'm',
  max_tokens: 2000,
  system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
  messages: [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'Look' },
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PIXEL } },
      ],
    },
    {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'Hm', signature: 's' },
        { type: 'redacted_thinking', data: 'd' },
        { type: 'tool_use', id: 'toolu_1', name: 'f', input: { a: 1 } },
      ],
    },
    {
      role: 'user',
      content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: [{ type: 'text', text: 'done' }], is_error: false }],
    },
  ],
  tools: [{ name: 'f', description: 'd', input_schema: SCHEMA, strict: true }],
  tool_choice: { type: 'auto', disable_parallel_tool_use: true },
  output_config: { format: { type: 'json_schema', schema: SCHEMA } },
  thinking: { type: 'enabled', budget_tokens: 1024 },
  stop_sequences: ['a'],
  temperature: 1,
  top_p: 1,
  top_k: 1,
  metadata: { user_id: 'u' },
  stream: false,
}

export const GEMINI: JsonObject = {
  systemInstruction: { parts: [{ text: 'Be brief.' }] },
  contents: [
    { role: 'user', parts: [{ text: 'Look' }, { inlineData: { mimeType: 'image/png', data: PIXEL } }] },
    {
      role: 'model',
      parts: [
        { text: 'Hm', thought: true },
        { functionCall: { id: '1', name: 'f', args: { a: 1 } }, thoughtSignature: 's' },
      ],
    },
    {
      role: 'user',
      parts: [
        { functionResponse: { id: '1', name: 'f', response: { output: 'done' } } },
        { fileData: { mimeType: 'application/pdf', fileUri: 'https://files.example/a.pdf' } },
      ],
    },
  ],
  tools: [{ functionDeclarations: [{ name: 'f', description: 'd', parameters: SCHEMA }] }],
  toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['f'] } },
  generationConfig: {
    responseMimeType: 'application/json',
    responseSchema: { type: 'OBJECT', properties: { a: { type: 'STRING', nullable: true } } },
    thinkingConfig: { thinkingBudget: 1024, includeThoughts: true },
    maxOutputTokens: 10,
    temperature: 1,
    topP: 1,
    topK: 1,
    stopSequences: ['a'],
    candidateCount: 1,
  },
  safetySettings: [{ category: 'HARM_CATEGORY_HATE_SPEECH', threshold: 'BLOCK_NONE' }],
}

export const COMPLETIONS: JsonObject = {
  model: 'm',
  prompt: 'Once',
  max_tokens: 5,
  temperature: 1,
  stop: ['a'],
  logprobs: 1,
  user: 'u',
  stream: false,
}
export const EMBEDDINGS: JsonObject = { model: 'm', input: ['a', 'b'], dimensions: 10, encoding_format: 'float', user: 'u' }
export const EMBED_CONTENT: JsonObject = { content: { parts: [{ text: 'a' }] }, taskType: 'RETRIEVAL_QUERY', outputDimensionality: 10 }
