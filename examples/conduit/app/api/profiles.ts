/** People, and who follows them. */
import { defineRoutes } from '@oxidite/http';
import type { Orm } from '@oxidite/orm';
import { identity } from '../identity.ts';
import { User } from '../models/user.ts';
import { missing } from '../refusals.ts';
import { Errors, ProfileResponse } from './schemas.ts';

const response = { 200: ProfileResponse, 404: Errors };

export const profiles = defineRoutes('/profiles/:username', { tags: ['Profiles'] }, (routes) => {
  routes.get('/', { name: 'profiles.get', summary: 'Show a profile', guards: [identity.recognized], response }, async ({ params, user }, { orm }) => {
    const profile = await orm
      .query(User)
      .where({ username: params.username })
      .with('followers', (followers) => followers.where({ id: user?.id ?? 0 }))
      .first();
    if (profile === undefined) throw missing('profile');
    return toProfileResponse(profile, profile.followers.length > 0);
  });

  routes.post('/follow', { name: 'profiles.follow', summary: 'Follow somebody', guards: [identity.signedIn], response }, async ({ params, user }, { orm }) => {
    const profile = await getProfile(orm, params.username);
    orm.attach(user, 'following', profile);
    return toProfileResponse(profile, true);
  });

  routes.delete(
    '/follow',
    { name: 'profiles.unfollow', summary: 'Follow somebody no more', guards: [identity.signedIn], response },
    async ({ params, user }, { orm }) => {
      const profile = await getProfile(orm, params.username);
      orm.detach(user, 'following', profile);
      return toProfileResponse(profile, false);
    },
  );
});

async function getProfile(orm: Orm, username: string): Promise<User> {
  const profile = await orm.find(User, { username });
  if (profile === undefined) throw missing('profile');
  return profile;
}

function toProfileResponse({ username, bio, image }: Pick<User, 'username' | 'bio' | 'image'>, following: boolean) {
  return { profile: { username, bio, image, following } };
}
