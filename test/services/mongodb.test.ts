import { Binary, type ClientSession, type Db, Decimal128, Long, MongoClient, MongoServerError, ObjectId } from 'mongodb';
import { afterAll, describe, expect, it } from 'vitest';
import { startPrivateMongodb } from './private-mongodb.ts';
import { serviceUrl } from './service-url.ts';

const client = new MongoClient(await serviceUrl('MONGODB_URL'));
afterAll(() => client.close());

/** A database of its own for one test. */
function createDatabase(): Db & AsyncDisposable {
  const database = client.db(`test_${new ObjectId().toHexString()}`);
  return Object.assign(database, { [Symbol.asyncDispose]: async () => void (await database.dropDatabase()) });
}

/** Returns the error of the server that a promise rejects with. */
async function catchError(promise: Promise<unknown>): Promise<MongoServerError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof MongoServerError) return error;
  throw new Error(`no error of the server: ${String(error)}`);
}

interface Thing {
  _id: number;
  name?: string;
  count?: number;
  tags?: string[];
}

describe('the MongoDB of the tests: documents', () => {
  it('keeps the types of values', async () => {
    await using database = createDatabase();
    const written = {
      _id: new ObjectId(),
      long: Long.fromString('9007199254740993'),
      small: Long.fromNumber(5),
      decimal: Decimal128.fromString('1.10'),
      date: new Date(0),
      bytes: new Binary(Buffer.from([1, 2, 3])),
      nested: { list: [1, 'two', null, true, 1.5] },
    };
    await database.collection('things').insertOne(written);
    expect(await database.collection('things').findOne({}, { promoteLongs: false })).toEqual(written);
  });

  it('finds by operators, sorts, skips, limits and projects', async () => {
    await using database = createDatabase();
    const things = database.collection<Thing>('things');
    await things.insertMany(Array.from({ length: 9 }, (_, index) => ({ _id: index, name: `thing ${index}`, count: index % 3, tags: [`t${index % 2}`] })));
    const found = await things
      .find({ _id: { $gt: 1, $ne: 4 }, tags: 't0' }, { sort: { count: -1, _id: 1 }, skip: 1, limit: 2, projection: { _id: 0, name: 1 } })
      .toArray();
    expect(found).toEqual([{ name: 'thing 8' }, { name: 'thing 6' }]);
    expect(await things.countDocuments({ $or: [{ name: /7$/ }, { _id: { $in: [1, 2] } }] })).toBe(3);
    expect(await things.estimatedDocumentCount()).toBe(9);
    expect(await things.distinct('count')).toEqual([0, 1, 2]);
  });

  it('compares numbers of all types, and orders values of other types as MongoDB does', async () => {
    await using database = createDatabase();
    const things = database.collection('things');
    const values = [true, 'text', null, { a: 1 }, [2, 7], Long.fromNumber(10), Decimal128.fromString('9.5'), 9, new Date(0)];
    await things.insertMany(values.map((value) => ({ value })));
    const sorted = await things.find({}, { sort: { value: 1 }, promoteLongs: false }).toArray();
    expect(sorted.map(({ value }) => value)).toEqual([null, [2, 7], 9, Decimal128.fromString('9.5'), Long.fromNumber(10), 'text', { a: 1 }, true, new Date(0)]);
    expect(await things.countDocuments({ value: { $gt: 9 } })).toBe(2);
    expect(await things.countDocuments({ value: 10 })).toBe(1);
    expect(await things.countDocuments({ value: { $in: [10, 9.5, 7] } })).toBe(3);
  });

  it('updates one, many, and inserts what it does not find', async () => {
    await using database = createDatabase();
    const things = database.collection<Thing & { price?: Decimal128; at?: { x: number } }>('things');
    await things.insertMany([
      { _id: 1, count: 1 },
      { _id: 2, count: 1, price: Decimal128.fromString('0.10') },
    ]);
    expect(await things.updateMany({ count: 1 }, { $inc: { count: 2 }, $push: { tags: 'x' } })).toMatchObject({ matchedCount: 2, modifiedCount: 2 });
    await things.updateOne({ _id: 2 }, { $inc: { price: Decimal128.fromString('0.20') }, $set: { 'at.x': 1 }, $unset: { tags: '' } });
    expect(await things.findOne({ _id: 2 })).toEqual({ _id: 2, count: 3, price: Decimal128.fromString('0.30'), at: { x: 1 } });
    expect(await things.updateOne({ _id: 1 }, { $set: { count: 3 } })).toMatchObject({ matchedCount: 1, modifiedCount: 0 });
    expect(await things.updateOne({ _id: 3, name: 'new' }, { $set: { count: 7 }, $setOnInsert: { tags: [] } }, { upsert: true })).toMatchObject({
      upsertedId: 3,
    });
    expect(await things.findOne({ _id: 3 })).toEqual({ _id: 3, name: 'new', count: 7, tags: [] });
    await things.replaceOne({ _id: 3 }, { name: 'other' });
    expect(await things.findOne({ _id: 3 })).toEqual({ _id: 3, name: 'other' });
    expect(await things.findOneAndUpdate({ _id: 3 }, { $set: { count: 1 } }, { returnDocument: 'after' })).toEqual({ _id: 3, name: 'other', count: 1 });
    expect(await things.findOneAndDelete({ _id: 3 })).toEqual({ _id: 3, name: 'other', count: 1 });
    expect(await things.deleteMany({})).toMatchObject({ deletedCount: 2 });
  });

  it('runs pipelines over several collections', async () => {
    await using database = createDatabase();
    await database.collection<Thing>('authors').insertMany([
      { _id: 1, name: 'Ann' },
      { _id: 2, name: 'Bob' },
    ]);
    const books = [
      [1, '0.10'],
      [1, '0.20'],
      [2, '5'],
    ] as const;
    await database.collection('books').insertMany(books.map(([author, price]) => ({ author, price: Decimal128.fromString(price) })));
    const pipeline = { from: 'books', let: { id: '$_id' }, pipeline: [{ $match: { $expr: { $eq: ['$author', '$$id'] } } }, { $count: 'n' }], as: 'books' };
    const counted = await database
      .collection('authors')
      .aggregate([{ $lookup: pipeline }, { $unwind: '$books' }, { $project: { name: 1, n: '$books.n' } }, { $sort: { _id: 1 } }])
      .toArray();
    expect(counted).toEqual([
      { _id: 1, name: 'Ann', n: 2 },
      { _id: 2, name: 'Bob', n: 1 },
    ]);
    const sums = await database
      .collection('books')
      .aggregate([{ $group: { _id: '$author', sum: { $sum: '$price' }, max: { $max: '$price' } } }, { $sort: { _id: 1 } }])
      .toArray();
    expect(sums[0]).toEqual({ _id: 1, sum: Decimal128.fromString('0.30'), max: Decimal128.fromString('0.20') });
    const joined = await database
      .collection('books')
      .aggregate([{ $lookup: { from: 'authors', localField: 'author', foreignField: '_id', as: 'author' } }, { $match: { 'author.name': 'Bob' } }])
      .toArray();
    expect(joined).toHaveLength(1);
  });

  it('takes equal numbers of all types for equal: in groups, joins, lists and types', async () => {
    await using database = createDatabase();
    const things = database.collection<{ _id: number; at: unknown; list?: unknown[] }>('things');
    await things.insertMany([
      { _id: 1, at: Long.fromNumber(2), list: [Long.fromNumber(5)] },
      { _id: 2, at: 2 },
      { _id: 3, at: Decimal128.fromString('2.0') },
      { _id: 4, at: 1 },
    ]);
    expect(await things.aggregate([{ $group: { _id: '$at', n: { $sum: 1 } } }, { $sort: { n: -1 } }, { $project: { _id: 0 } }]).toArray()).toEqual([
      { n: 3 },
      { n: 1 },
    ]);
    const joins = [
      { from: 'things', localField: '_id', foreignField: 'at', as: 'others' },
      { from: 'things', localField: '_id', foreignField: 'at', pipeline: [{ $match: { _id: { $gt: 1 } } }], as: 'others' },
      {
        from: 'things',
        let: { id: '$_id' },
        pipeline: [
          { $match: { $expr: { $eq: ['$at', '$$id'] } } },
          { $lookup: { from: 'things', localField: 'at', foreignField: '_id', as: 'back' } },
          { $unwind: '$back' },
        ],
        as: 'others',
      },
    ];
    const sizes = await Promise.all(
      joins.map((join) => things.aggregate([{ $lookup: join }, { $sort: { _id: 1 } }, { $project: { n: { $size: '$others' } } }]).toArray()),
    );
    expect(sizes.map((rows) => rows.map(({ n }) => Number(n)))).toEqual([
      [1, 3, 0, 0],
      [1, 2, 0, 0],
      [1, 3, 0, 0],
    ]);
    expect(await things.countDocuments({ list: { $all: [5] } })).toBe(1);
    await things.updateOne({ _id: 1 }, { $addToSet: { list: { $each: [5, 6, 6] } } });
    expect((await things.findOne({ _id: 1 }))?.list).toEqual([5, 6]);
    expect(await Promise.all(['number', 'long', 'int', 'decimal'].map((type) => things.countDocuments({ at: { $type: type } })))).toEqual([4, 1, 2, 1]);
  });

  it('converts', async () => {
    await using database = createDatabase();
    const _id = new ObjectId();
    await database.collection('things').insertOne({ _id, at: new Date(0), text: '1.50' });
    const converted = {
      id: { $toString: '$_id' },
      at: { $toString: '$at' },
      price: { $toDecimal: '$text' },
      none: { $toInt: '$missing' },
      same: { $toObjectId: { $toString: '$_id' } },
    };
    expect(
      await database
        .collection('things')
        .aggregate([{ $project: { _id: 0, ...converted } }])
        .toArray(),
    ).toEqual([{ id: _id.toHexString(), at: '1970-01-01T00:00:00.000Z', price: Decimal128.fromString('1.50'), none: null, same: _id }]);
  });

  it('hands out results in parts, and forgets those that are closed', async () => {
    await using database = createDatabase();
    const things = database.collection<Thing>('things');
    await things.insertMany(Array.from({ length: 250 }, (_, _id) => ({ _id })));
    expect(await things.find().batchSize(60).toArray()).toHaveLength(250);
    const cursor = things.find().batchSize(10);
    expect(await cursor.next()).toEqual({ _id: 0 });
    const { id } = cursor;
    await cursor.close();
    expect(await catchError(database.command({ getMore: id, collection: 'things' }))).toMatchObject({ code: 43, codeName: 'CursorNotFound' });
  });
});

describe('the MongoDB of the tests: collections and indexes', () => {
  it('refuses values that a unique index has already', async () => {
    await using database = createDatabase();
    const things = database.collection<Thing>('things');
    await things.createIndex({ name: 1 }, { unique: true });
    await things.insertOne({ _id: 1, name: 'a' });
    expect(await catchError(things.insertOne({ _id: 2, name: 'a' }))).toMatchObject({ code: 11_000, keyPattern: { name: 1 }, keyValue: { name: 'a' } });
    expect(await catchError(things.insertOne({ _id: 1, name: 'b' }))).toMatchObject({ code: 11_000, keyPattern: { _id: 1 } });
    await things.insertOne({ _id: 2, name: 'b' });
    expect(await catchError(things.updateOne({ _id: 2 }, { $set: { name: 'a' } }))).toMatchObject({ code: 11_000 });
    await things.updateOne({ _id: 1 }, { $set: { name: 'c' } });
    await things.updateOne({ _id: 2 }, { $set: { name: 'a' } });
  });

  it('lets sparse and partial indexes cover some documents only', async () => {
    await using database = createDatabase();
    const things = database.collection<Thing>('things');
    await things.createIndex({ name: 1 }, { unique: true, sparse: true });
    await things.createIndex({ count: 1 }, { unique: true, partialFilterExpression: { count: { $gt: 0 } } });
    await things.insertMany([
      { _id: 1, count: 0 },
      { _id: 2, count: 0 },
      { _id: 3, count: 1 },
    ]);
    expect(await catchError(things.insertOne({ _id: 4, count: 1 }))).toMatchObject({ code: 11_000, keyValue: { count: 1 } });
    await database.collection('plain').insertMany([{ name: null }, {}]);
    expect(await catchError(database.collection('plain').createIndex({ name: 1 }, { unique: true }))).toMatchObject({ code: 11_000 });
  });

  it('lists, drops and renames', async () => {
    await using database = createDatabase();
    const things = database.collection<Thing>('things');
    expect(await catchError(things.indexes())).toMatchObject({ code: 26, codeName: 'NamespaceNotFound' });
    await database.createCollection('things');
    expect(await catchError(database.command({ create: 'things' }))).toMatchObject({ code: 48, codeName: 'NamespaceExists' });
    await things.createIndex({ name: 1, count: -1 });
    expect((await things.indexes()).map(({ name }) => name)).toEqual(['_id_', 'name_1_count_-1']);
    await things.dropIndex('name_1_count_-1');
    expect(await things.indexes()).toHaveLength(1);
    await things.insertOne({ _id: 1 });
    await things.rename('items');
    expect((await database.listCollections().toArray()).map(({ name }) => name)).toEqual(['items']);
    expect(await database.collection<Thing>('items').findOne({})).toEqual({ _id: 1 });
    expect(await catchError(database.command({ fly: 1 }))).toMatchObject({ code: 59, codeName: 'CommandNotFound' });
  });
});

describe('the MongoDB of the tests: transactions', () => {
  /** Begins two transactions at once. */
  async function withSessions(run: (first: ClientSession, second: ClientSession) => Promise<void>): Promise<void> {
    await client.withSession((first) =>
      client.withSession(async (second) => {
        first.startTransaction();
        second.startTransaction();
        await run(first, second);
      }),
    );
  }

  it('shows nobody else what it has written before it is committed', async () => {
    await using database = createDatabase();
    const things = database.collection<Thing>('things');
    await things.insertOne({ _id: 1, count: 0 });
    await withSessions(async (first, second) => {
      await things.updateOne({ _id: 1 }, { $inc: { count: 1 } }, { session: first });
      await things.insertOne({ _id: 2 }, { session: first });
      expect(await things.find({}, { session: first }).toArray()).toEqual([{ _id: 1, count: 1 }, { _id: 2 }]);
      expect(await things.find({}, { session: second }).toArray()).toEqual([{ _id: 1, count: 0 }]);
      expect(await things.find().toArray()).toEqual([{ _id: 1, count: 0 }]);
      await first.commitTransaction();
      expect(await things.countDocuments({}, { session: second })).toBe(1); // its state is older
      await second.commitTransaction();
      expect(await things.find().toArray()).toEqual([{ _id: 1, count: 1 }, { _id: 2 }]);
    });
  });

  it('leaves nothing when it is aborted', async () => {
    await using database = createDatabase();
    const things = database.collection<Thing>('things');
    await things.createIndex({ name: 1 }, { unique: true });
    await withSessions(async (first) => {
      await things.insertOne({ _id: 1, name: 'a' }, { session: first });
      await first.abortTransaction();
      expect(await things.countDocuments()).toBe(0);
      await things.insertOne({ _id: 2, name: 'a' });
    });
  });

  it.each(['before', 'after'] as const)('conflicts when it writes what another one has written, %s that is committed', async (when) => {
    await using database = createDatabase();
    const things = database.collection<Thing>('things');
    await things.insertOne({ _id: 1, count: 0 });
    await withSessions(async (first, second) => {
      await things.findOne({}, { session: second });
      await things.updateOne({ _id: 1 }, { $inc: { count: 1 } }, { session: first });
      if (when === 'after') await first.commitTransaction();
      const error = await catchError(things.updateOne({ _id: 1 }, { $inc: { count: 1 } }, { session: second }));
      expect(error).toMatchObject({ code: 112, codeName: 'WriteConflict' });
      expect(error.hasErrorLabel('TransientTransactionError')).toBe(true);
      await second.abortTransaction();
      if (when === 'before') await first.commitTransaction();
      expect(await things.findOne()).toEqual({ _id: 1, count: 1 });
    });
  });

  it('conflicts over the value of a unique index', async () => {
    await using database = createDatabase();
    const things = database.collection<Thing>('things');
    await things.createIndex({ name: 1 }, { unique: true });
    await withSessions(async (first, second) => {
      await things.insertOne({ _id: 1, name: 'a' }, { session: first });
      expect(await catchError(things.insertOne({ _id: 2, name: 'a' }, { session: second }))).toMatchObject({ code: 112 });
      await second.abortTransaction();
      expect(await catchError(things.insertOne({ _id: 3, name: 'a' }, { session: first }))).toMatchObject({ code: 11_000 });
      expect(await catchError(things.findOne({}, { session: first }))).toMatchObject({ code: 251, codeName: 'NoSuchTransaction' }); // an error ends it
      await first.abortTransaction();
      expect(await things.countDocuments()).toBe(0);
    });
  });

  it('makes single writes wait, and lets the driver run it again', async () => {
    await using database = createDatabase();
    const things = database.collection<Thing>('things');
    await things.insertOne({ _id: 1, count: 0 });
    await withSessions(async (first) => {
      await things.updateOne({ _id: 1 }, { $inc: { count: 1 } }, { session: first });
      const single = things.updateOne({ _id: 1 }, { $inc: { count: 10 } });
      await first.commitTransaction();
      await single;
    });
    const add = (): Promise<unknown> =>
      client.withSession((session) =>
        session.withTransaction(async () => {
          const thing = await things.findOne({ _id: 1 }, { session });
          await things.updateOne({ _id: 1 }, { $set: { count: (thing?.count ?? 0) + 100 } }, { session });
        }),
      );
    await Promise.all([add(), add(), add()]);
    expect(await things.findOne()).toEqual({ _id: 1, count: 311 });
  });

  it('refuses commands that no transaction may run', async () => {
    await using database = createDatabase();
    await withSessions(async (first) => {
      expect(await catchError(database.command({ drop: 'things' }, { session: first }))).toMatchObject({ code: 263 });
    });
  });
});

describe('startPrivateMongodb', () => {
  it('can be killed, and started again with nothing in it', async () => {
    await using server = await startPrivateMongodb();
    const options = { serverSelectionTimeoutMS: 500, heartbeatFrequencyMS: 500, minHeartbeatFrequencyMS: 100 };
    await using own = new MongoClient(server.url, options);
    await own.db('a').collection('b').insertOne({});
    await server.kill();
    await expect(own.db('a').collection('b').countDocuments()).rejects.toThrow(/ECONNREFUSED|closed/);
    await server.restart();
    expect(await own.db('a').collection('b').countDocuments()).toBe(0);
  });

  it('can be frozen', async () => {
    await using server = await startPrivateMongodb();
    await using own = new MongoClient(server.url);
    await own.db('a').command({ ping: 1 });
    server.freeze();
    const count = own.db('a').collection('b').countDocuments();
    server.thaw();
    expect(await count).toBe(0);
  });

  it('lets in only its user', async () => {
    await using server = await startPrivateMongodb({ name: 'ann', password: 'secret' });
    const { host } = new URL(server.url);
    await using ann = new MongoClient(`mongodb://ann:secret@${host}/?replicaSet=rs0`);
    expect(await ann.db('a').collection('b').countDocuments()).toBe(0);
    await using wrong = new MongoClient(`mongodb://ann:other@${host}/?replicaSet=rs0`);
    expect(await catchError(wrong.db('a').command({ ping: 1 }))).toMatchObject({ code: 18, codeName: 'AuthenticationFailed' });
    await using nobody = new MongoClient(server.url);
    expect(await catchError(nobody.db('a').collection('b').countDocuments())).toMatchObject({ code: 13, codeName: 'Unauthorized' });
  });
});
