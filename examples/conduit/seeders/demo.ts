/** People, articles and talk to look at. Everybody's password is `conduit`. */
import { defineSeeder, type Orm } from '@oxidite/orm';
import { Article } from '../app/models/article.ts';
import { Comment } from '../app/models/comment.ts';
import { Tag } from '../app/models/tag.ts';
import { User } from '../app/models/user.ts';
import { toSlug } from '../app/slug.ts';

const PASSWORD = 'conduit';
const HOUR_MS = 3_600_000;

const PEOPLE = [
  { username: 'ada', email: 'ada@conduit.test', bio: 'Writes programs for machines that do not exist yet.' },
  { username: 'grace', email: 'grace@conduit.test', bio: 'Finds moths in relays, and makes compilers.' },
  { username: 'edsger', email: 'edsger@conduit.test', bio: 'Prefers pencil, paper and short paths.' },
  { username: 'barbara', email: 'barbara@conduit.test', bio: 'Substitutes subtypes without surprise.' },
  { username: 'dennis', email: 'dennis@conduit.test', bio: null },
] as const;

type Username = (typeof PEOPLE)[number]['username'];

interface Story {
  readonly title: string;
  readonly description: string;
  readonly author: Username;
  readonly tags: readonly string[];
  readonly favoritedBy: readonly Username[];
  readonly comments: readonly (readonly [author: Username, body: string])[];
}

const STORIES: readonly Story[] = [
  {
    title: 'Notes on the Analytical Engine',
    description: 'What a machine could do that weaves algebra as a loom weaves flowers',
    author: 'ada',
    tags: ['history', 'computing'],
    favoritedBy: ['grace', 'edsger', 'barbara'],
    comments: [
      ['grace', 'Note G still makes me shiver.'],
      ['dennis', 'Would it run on a PDP?'],
    ],
  },
  {
    title: 'A compiler is a matter of courage',
    description: 'They told me computers could only do arithmetic',
    author: 'grace',
    tags: ['compilers', 'history'],
    favoritedBy: ['ada', 'dennis'],
    comments: [['ada', 'Somebody always does.']],
  },
  {
    title: 'The moth in relay 70',
    description: 'The first actual case of a bug being found',
    author: 'grace',
    tags: ['debugging', 'history'],
    favoritedBy: ['barbara'],
    comments: [],
  },
  {
    title: 'Shortest paths over coffee',
    description: 'Twenty minutes, no paper: an algorithm for a café terrace',
    author: 'edsger',
    tags: ['algorithms'],
    favoritedBy: ['ada', 'grace', 'dennis'],
    comments: [['barbara', 'And it still holds.']],
  },
  {
    title: 'The humble programmer',
    description: 'On the strictly limited size of our own skull',
    author: 'edsger',
    tags: ['craft', 'computing'],
    favoritedBy: ['barbara'],
    comments: [
      ['ada', 'Required reading.'],
      ['edsger', 'Not required. Recommended.'],
    ],
  },
  {
    title: 'What a type promises',
    description: 'If it looks like a duck and needs batteries, you have the wrong abstraction',
    author: 'barbara',
    tags: ['types', 'craft'],
    favoritedBy: ['edsger', 'dennis'],
    comments: [],
  },
  {
    title: 'Data abstraction in practice',
    description: 'Clusters, iterators, and what became of them',
    author: 'barbara',
    tags: ['types', 'computing'],
    favoritedBy: [],
    comments: [],
  },
  {
    title: 'Everything is a file',
    description: 'Small tools, plain text and a pipe between them',
    author: 'dennis',
    tags: ['unix', 'craft'],
    favoritedBy: ['ada', 'edsger'],
    comments: [['grace', 'Even the moth?']],
  },
];

const FOLLOWS: readonly (readonly [follower: Username, followed: Username])[] = [
  ['ada', 'grace'],
  ['ada', 'edsger'],
  ['grace', 'ada'],
  ['edsger', 'barbara'],
  ['barbara', 'edsger'],
  ['dennis', 'ada'],
];

export default defineSeeder('demo', async (_input, { orm, auth, clock, random }) => {
  if (await orm.query(User).exists()) return;
  const passwordHash = await auth.passwords.hash(PASSWORD);
  const people = new Map(PEOPLE.map((person) => [person.username, orm.create(User, { ...person, passwordHash })] as const));
  const person = (username: Username): User => people.get(username) ?? orm.create(User, { username, email: `${username}@conduit.test`, passwordHash });
  const tags = createTags(orm);
  for (const [index, { title, description, ...story }] of STORIES.entries()) {
    const writtenAt = new Date(clock.now() - (STORIES.length - index) * 7 * HOUR_MS);
    const article = orm.create(Article, {
      title,
      description,
      body: `# ${title}\n\n${description}.\n\nThis article came with the demo data; write a better one.`,
      slug: toSlug(title, random),
      author: person(story.author),
      tags: story.tags.flatMap((name) => tags.get(name) ?? []),
      createdAt: writtenAt,
      updatedAt: writtenAt,
    });
    for (const username of story.favoritedBy) orm.attach(article, 'favoritedBy', person(username));
    for (const [username, body] of story.comments) orm.create(Comment, { body, article, author: person(username) });
  }
  for (const [follower, followed] of FOLLOWS) orm.attach(person(follower), 'following', person(followed));
});

function createTags(orm: Orm): ReadonlyMap<string, Tag> {
  const names = new Set(STORIES.flatMap(({ tags }) => tags));
  return new Map([...names].map((name) => [name, orm.create(Tag, { name })]));
}
