import { describe, expect, it } from 'vitest';
import { explainViolation } from '../../../../plugins/orm/src/drivers/mysql/violations.ts';

const INSERT = 'insert into `users` (`email`) values (?)';
const FOREIGN_KEY = '(`app`.`articles`, CONSTRAINT `articles_author_id_foreign` FOREIGN KEY (`author_id`) REFERENCES `users` (`id`) ON UPDATE CASCADE)';

/** An index of the table `users` has the column `email`. */
async function query(_: string, [index, table]: readonly unknown[]): Promise<object[]> {
  return index === 'users_email_unique' && (table === null || table === 'users') ? [{ table: 'users', column: 'email' }] : [];
}

function explain(errno: number, sqlMessage: string, sql = INSERT): ReturnType<typeof explainViolation> {
  return explainViolation(Object.assign(new Error('x'), { errno, sqlMessage, sql }), query);
}

describe('a violation on MySQL', () => {
  it.each<[string, number, string, object]>([
    ['a duplicate, on MariaDB', 1062, "Duplicate entry 'for key 'x'' for key 'users_email_unique'", { columns: [{ table: 'users', column: 'email' }] }],
    ['a duplicate, on MySQL 8', 1062, "Duplicate entry 'a' for key 'users.users_email_unique'", { columns: [{ table: 'users', column: 'email' }] }],
    ['null', 1048, "Column 'email' cannot be null", { columns: [{ table: 'users', column: 'email' }] }],
    ['a missing value', 1364, "Field 'email' doesn't have a default value", { columns: [{ table: 'users', column: 'email' }] }],
    ['a check, on MySQL', 3819, "Check constraint 'users_email_check' is violated.", { columns: [{ table: 'users', column: 'email' }] }],
    ['a check, on MariaDB', 4025, 'CONSTRAINT `users_email_check` failed for `app`.`users`', { columns: [{ table: 'users', column: 'email' }] }],
    ['a check of another name', 4025, 'CONSTRAINT `positive` failed for `app`.`users`', { columns: [] }],
    [
      'a reference',
      1452,
      `Cannot add or update a child row: a foreign key constraint fails ${FOREIGN_KEY}`,
      { columns: [{ table: 'articles', column: 'author_id' }], isReferenced: false },
    ],
    ['what is referred to', 1451, `Cannot delete or update a parent row: a foreign key constraint fails ${FOREIGN_KEY}`, { isReferenced: true }],
  ])('names %s', async (_, errno, message, expected) => {
    expect(await explain(errno, message)).toMatchObject(expected);
  });

  it('names nothing when the database cannot be asked', async () => {
    const error = Object.assign(new Error("Duplicate entry 'a' for key 'users_email_unique'"), { errno: 1062 });
    expect(await explainViolation(error, () => Promise.reject(new Error('no connection')))).toEqual({ columns: [] });
  });
});
