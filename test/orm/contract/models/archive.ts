/** Models of an application with two databases. */
import { defineModel, field } from '@oxidite/orm';

export const Sale = defineModel('sale', { name: field.string().unique() }, { id: 'uuid' });
export const Visit = defineModel('visit', { path: field.string().unique(), count: field.integer().default(0) }, { id: 'uuid', connection: 'archive' });
