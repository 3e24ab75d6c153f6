import { defineMigration } from '@oxidite/orm';

export default defineMigration({
  async up(schema) {
    await schema.sql(`create table "audit_entries" (
      "id" text not null primary key,
      "moment" datetime not null,
      "model" text not null,
      "key" text not null,
      "kind" text check ("kind" in ('create', 'update', 'delete')) not null,
      "soft" integer not null,
      "changes" text not null,
      "actor" text null
    )`);
    await schema.sql(`create index "audit_entries_model_key_index" on "audit_entries" ("model", "key")`);
    await schema.sql(`create index "audit_entries_moment_index" on "audit_entries" ("moment")`);
    await schema.sql(`create table "categories" (
      "id" integer not null primary key autoincrement,
      "name" text not null,
      "parent_id" integer null,
      constraint "categories_parent_id_foreign" foreign key ("parent_id") references "categories" ("id") on update cascade on delete set null
    )`);
    await schema.sql(`create index "categories_parent_id_index" on "categories" ("parent_id")`);
    await schema.sql(`create unique index "categories_name_unique" on "categories" ("name")`);
    await schema.sql(`create table "customers" (
      "id" integer not null primary key autoincrement,
      "name" text not null,
      "email" text not null,
      "created_at" datetime not null,
      "updated_at" datetime not null
    )`);
    await schema.sql(`create unique index "customers_email_unique" on "customers" ("email")`);
    await schema.sql(`create table "orders" (
      "id" text not null primary key,
      "state" text check ("state" in ('open', 'paid')) not null,
      "address" text not null,
      "created_at" datetime not null,
      "updated_at" datetime not null,
      "customer_id" integer not null,
      constraint "orders_customer_id_foreign" foreign key ("customer_id") references "customers" ("id") on update cascade on delete restrict
    )`);
    await schema.sql(`create index "orders_customer_id_index" on "orders" ("customer_id")`);
    await schema.sql(`create table "products" (
      "id" integer not null primary key autoincrement,
      "name" text not null,
      "slug" text not null,
      "about" text not null,
      "price" numeric(10,2) not null,
      "stock" integer not null,
      "created_at" datetime not null,
      "updated_at" datetime not null,
      "deleted_at" datetime null,
      "version" integer not null default 1,
      "category_id" integer not null,
      constraint "products_category_id_foreign" foreign key ("category_id") references "categories" ("id") on update cascade on delete restrict
    )`);
    await schema.sql(`create index "products_category_id_index" on "products" ("category_id")`);
    await schema.sql(`create unique index "products_slug_unique" on "products" ("slug")`);
    await schema.sql(`create virtual table "products_search" using fts5("name", "about", content="products", tokenize="unicode61")`);
    await schema.sql(
      `create trigger "products_search_insert" after insert on "products" begin insert into "products_search" (rowid, "name", "about") values (new.rowid, new."name", new."about"); end`,
    );
    await schema.sql(
      `create trigger "products_search_delete" after delete on "products" begin insert into "products_search" ("products_search", rowid, "name", "about") values ('delete', old.rowid, old."name", old."about"); end`,
    );
    await schema.sql(
      `create trigger "products_search_update" after update of "id", "name", "about" on "products" begin insert into "products_search" ("products_search", rowid, "name", "about") values ('delete', old.rowid, old."name", old."about"); insert into "products_search" (rowid, "name", "about") values (new.rowid, new."name", new."about"); end`,
    );
    await schema.sql(`insert into "products_search" ("products_search") values ('rebuild')`);
    await schema.sql(`create table "order_products" (
      "order_id" text not null,
      "product_id" integer not null,
      "quantity" integer not null,
      "price" numeric(10,2) not null,
      primary key ("order_id", "product_id"),
      constraint "order_products_order_id_foreign" foreign key ("order_id") references "orders" ("id") on update cascade on delete cascade,
      constraint "order_products_product_id_foreign" foreign key ("product_id") references "products" ("id") on update cascade on delete cascade
    )`);
    await schema.sql(`create index "order_products_product_id_index" on "order_products" ("product_id")`);
    await schema.sql(`create index "order_products_order_id_index" on "order_products" ("order_id")`);
    await schema.sql(`create table "reviews" (
      "id" integer not null primary key autoincrement,
      "stars" integer not null,
      "text" text not null,
      "created_at" datetime not null,
      "updated_at" datetime not null,
      "subject_product_id" integer null,
      "subject_order_id" text null,
      constraint "reviews_subject_product_id_foreign" foreign key ("subject_product_id") references "products" ("id") on update restrict on delete cascade,
      constraint "reviews_subject_order_id_foreign" foreign key ("subject_order_id") references "orders" ("id") on update restrict on delete cascade,
      constraint "reviews_subject_check" check (case when subject_product_id is null then 0 else 1 end + case when subject_order_id is null then 0 else 1 end = 1)
    )`);
    await schema.sql(`create index "reviews_subject_order_id_index" on "reviews" ("subject_order_id")`);
    await schema.sql(`create index "reviews_subject_product_id_index" on "reviews" ("subject_product_id")`);
  },

  async down(schema) {
    // This loses all rows of "reviews".
    await schema.sql(`drop table "reviews"`);
    // This loses all rows of "order_products".
    await schema.sql(`drop table "order_products"`);
    await schema.sql(`drop trigger "products_search_insert"`);
    await schema.sql(`drop trigger "products_search_delete"`);
    await schema.sql(`drop trigger "products_search_update"`);
    await schema.sql(`drop table "products_search"`);
    // This loses all rows of "products".
    await schema.sql(`drop table "products"`);
    // This loses all rows of "orders".
    await schema.sql(`drop table "orders"`);
    // This loses all rows of "customers".
    await schema.sql(`drop table "customers"`);
    // This loses all rows of "categories".
    await schema.sql(`drop table "categories"`);
    // This loses all rows of "audit_entries".
    await schema.sql(`drop table "audit_entries"`);
  },
});
