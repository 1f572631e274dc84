import { GatewayError } from '@gateway/core'

/**
 * A model's name as part of a path, its slashes kept. Clients choose the name and the vendor's key rides along, so nothing in it
 * may lead elsewhere: throws `GatewayError('model-not-found')` for a segment that a URL would resolve away.
 */
export function modelPath(model: string): string {
  const segments = model.split('/')
  if (segments.some((segment) => /^(?:|\.|\.\.)$/.test(segment)))
    throw new GatewayError('model-not-found', 'The name of the model cannot stand in an address.', { param: 'model' })
  return segments.map((segment) => encodeURIComponent(segment).replaceAll('%40', '@').replaceAll('%3A', ':')).join('/')
}
