// Made by `deno task build` out of the sources in lib: change those, not this.
export { api, cursorPages, describe, linkPages, markerPages, offsetPages, onePage } from './core.js';
export { eventStream, webSocket } from './own_api.js';
