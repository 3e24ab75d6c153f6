/** The public surface of @oxidite/middleware. */
export {};
