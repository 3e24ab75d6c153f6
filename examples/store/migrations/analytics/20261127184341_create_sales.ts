import { defineMigration } from '@oxidite/orm';

export default defineMigration({
  async up(schema) {
    await schema.sql(`create table "sales" (
      "id" integer not null primary key autoincrement,
      "product" text not null,
      "quantity" integer not null,
      "amount" numeric(12,2) not null,
      "sold_at" datetime not null
    )`);
    await schema.sql(`create index "sales_product_index" on "sales" ("product")`);
  },

  async down(schema) {
    // This loses all rows of "sales".
    await schema.sql(`drop table "sales"`);
  },
});
