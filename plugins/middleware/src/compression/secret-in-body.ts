/**
 * The mark of responses whose body holds a secret. Compressed together with something that the client chose, a secret can
 * be guessed bit by bit from the length of the response. Source: Gluck, Harris, Prado, "BREACH: Reviving the CRIME attack" (2013).
 */
import { defineRequestValue, type RequestValue } from '@oxidite/http';

/** Whoever writes a secret (an API key, a token that is not masked) into a body says so: `secretInBody.set(request, true)`. */
export const secretInBody: RequestValue<boolean> = defineRequestValue<boolean>('secretInBody');
