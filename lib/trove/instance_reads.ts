/** What can be read of one instance. @module */
export const reads = {};
