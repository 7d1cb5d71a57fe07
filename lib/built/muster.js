// Made by `deno task build` out of the sources in lib: change those, not this.
export { ApiError, ChainError, ConfirmationRequiredError, CredentialsError, DatabaseService, Datacenter, JournalError, MusterError, SelectionError, SshError, TaskError, ThrottledError, TransportError, UnreachableStateError, WaitTimeoutError, all, dbaas, dc, fileJournal, resume, task } from './core.js';
