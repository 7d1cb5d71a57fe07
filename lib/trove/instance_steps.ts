/** Steps on instances that are no actions. @module */
export const steps = {};
