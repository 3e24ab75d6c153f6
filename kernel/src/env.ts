/** The environment variables an application sees. Code reads them from the kernel, never from `process.env`. */

/** Names and values; a variable that is not set is `undefined`. */
export type Env = Readonly<Record<string, string | undefined>>;
