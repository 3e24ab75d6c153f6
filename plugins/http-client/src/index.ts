/** The public surface of @oxidite/http-client. */
export {};
