/** The form of one module in the options: `false` switches it off, `true` switches it on, an object configures it. */
import * as z from 'zod';

/** What an application may write for a module. */
export type ToggleInput<Options> = Options | boolean | undefined;

/** The options of a module, or `false` when it is off. Whether it is on when nothing is said is for `.prefault()` to say. */
export function toggle<Schema extends z.ZodType>(schema: Schema): z.ZodType<z.output<Schema> | false, ToggleInput<z.input<Schema>>> {
  return z
    .custom<ToggleInput<z.input<Schema>>>(() => true)
    .transform((value, context): z.output<Schema> | false => {
      if (value === false) return false;
      const parsed = schema.safeParse(value === true || value === undefined ? {} : value);
      if (parsed.success) return parsed.data;
      for (const { message, path } of parsed.error.issues) context.addIssue({ code: 'custom', message, path: [...path] });
      return z.NEVER;
    });
}
