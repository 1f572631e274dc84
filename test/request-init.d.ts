interface RequestInit {
  /** What fetch demands where a body is a stream; the DOM's types do not know it. */
  readonly duplex?: 'half'
}
