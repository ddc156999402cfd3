/**
 * The id under which clients know the machine Fairlead runs on: the one place where threads work.
 */
export const localEnvironmentId = "local";
