// Made by `deno task build` out of the sources in lib: change those, not this.
export { COMMANDS, VERSION, helpText, main } from './ls.js';
import './core.js';
