import type { Migration } from './migration.ts'

export const inferenceLogs: Migration = {
  name: '0001_inference_logs.sql',
  statements: [
    `CREATE TABLE inference_logs (
  request_id TEXT PRIMARY KEY NOT NULL,
  created_at TEXT NOT NULL,
  user_id TEXT,
  requested_model TEXT NOT NULL,
  model TEXT,
  provider TEXT,
  endpoint TEXT,
  prompt_tokens INTEGER,
  completion_tokens INTEGER,
  total_tokens INTEGER,
  cached_prompt_tokens INTEGER,
  cache_write_tokens INTEGER,
  reasoning_tokens INTEGER,
  prompt_audio_tokens INTEGER,
  completion_audio_tokens INTEGER,
  prompt_image_tokens INTEGER,
  completion_image_tokens INTEGER,
  usage_provenance TEXT NOT NULL,
  cost_nano_usd INTEGER,
  cost_usd REAL GENERATED ALWAYS AS (cost_nano_usd / 1000000000.0) VIRTUAL,
  latency_ms INTEGER NOT NULL,
  first_token_ms INTEGER,
  status TEXT NOT NULL,
  error_message TEXT,
  strategy TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  is_streaming INTEGER NOT NULL,
  was_cached INTEGER NOT NULL,
  warnings TEXT NOT NULL
)`,
    'CREATE INDEX inference_logs_by_time ON inference_logs (created_at)',
  ],
}
