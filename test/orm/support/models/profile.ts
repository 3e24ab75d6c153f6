/* oxlint-disable import/no-cycle -- models refer to each other: that is what is tested */
import { belongsTo, defineModel, field, type InferModel } from '@oxidite/orm';
import { User } from './user.ts';

export const Profile = defineModel('profile', {
  image: field.string({ format: 'url' }).nullable(),
  user: belongsTo(() => User)
    .unique()
    .onDelete('cascade'),
});
export type Profile = InferModel<typeof Profile>;
