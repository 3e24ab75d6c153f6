/** The body of case c; fastify and elysia say the same in their own languages. */
import * as z from 'zod';

/** The schema. */
export const EchoBody = z.object({ name: z.string().min(1), age: z.int().min(0), tags: z.array(z.string()) });
