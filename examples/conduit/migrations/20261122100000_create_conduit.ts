import { defineMigration } from '@oxidite/orm';

export default defineMigration({
  async up(schema) {
    await schema.sql(`create table "tags" (
      "id" integer not null primary key autoincrement,
      "name" text not null
    )`);
    await schema.sql(`CREATE UNIQUE INDEX "tags_name_unique" on "tags" ("name")`);
    await schema.sql(`create table "users" (
      "id" integer not null primary key autoincrement,
      "username" text not null,
      "email" text not null,
      "password_hash" text not null,
      "bio" text null,
      "image" text null,
      "created_at" datetime not null,
      "updated_at" datetime not null
    )`);
    await schema.sql(`CREATE UNIQUE INDEX "users_email_unique" on "users" ("email")`);
    await schema.sql(`CREATE UNIQUE INDEX "users_username_unique" on "users" ("username")`);
    await schema.sql(`create table "follows" (
      "follower_id" integer not null,
      "followed_id" integer not null,
      primary key ("follower_id", "followed_id"),
      constraint "follows_follower_id_foreign" foreign key ("follower_id") references "users" ("id") on update cascade on delete cascade,
      constraint "follows_followed_id_foreign" foreign key ("followed_id") references "users" ("id") on update cascade on delete cascade
    )`);
    await schema.sql(`CREATE INDEX "follows_followed_id_index" on "follows" ("followed_id")`);
    await schema.sql(`CREATE INDEX "follows_follower_id_index" on "follows" ("follower_id")`);
    await schema.sql(`create table "articles" (
      "id" integer not null primary key autoincrement,
      "slug" text not null,
      "title" text not null,
      "description" text not null,
      "body" text not null,
      "created_at" datetime not null,
      "updated_at" datetime not null,
      "author_id" integer not null,
      constraint "articles_author_id_foreign" foreign key ("author_id") references "users" ("id") on update cascade on delete cascade
    )`);
    await schema.sql(`CREATE INDEX "articles_author_id_index" on "articles" ("author_id")`);
    await schema.sql(`CREATE UNIQUE INDEX "articles_slug_unique" on "articles" ("slug")`);
    await schema.sql(`create table "favorites" (
      "user_id" integer not null,
      "article_id" integer not null,
      primary key ("user_id", "article_id"),
      constraint "favorites_user_id_foreign" foreign key ("user_id") references "users" ("id") on update cascade on delete cascade,
      constraint "favorites_article_id_foreign" foreign key ("article_id") references "articles" ("id") on update cascade on delete cascade
    )`);
    await schema.sql(`CREATE INDEX "favorites_article_id_index" on "favorites" ("article_id")`);
    await schema.sql(`CREATE INDEX "favorites_user_id_index" on "favorites" ("user_id")`);
    await schema.sql(`create table "comments" (
      "id" integer not null primary key autoincrement,
      "body" text not null,
      "created_at" datetime not null,
      "updated_at" datetime not null,
      "article_id" integer not null,
      "author_id" integer not null,
      constraint "comments_article_id_foreign" foreign key ("article_id") references "articles" ("id") on update cascade on delete cascade,
      constraint "comments_author_id_foreign" foreign key ("author_id") references "users" ("id") on update cascade on delete cascade
    )`);
    await schema.sql(`CREATE INDEX "comments_author_id_index" on "comments" ("author_id")`);
    await schema.sql(`CREATE INDEX "comments_article_id_index" on "comments" ("article_id")`);
    await schema.sql(`create table "article_tags" (
      "article_id" integer not null,
      "tag_id" integer not null,
      primary key ("article_id", "tag_id"),
      constraint "article_tags_article_id_foreign" foreign key ("article_id") references "articles" ("id") on update cascade on delete cascade,
      constraint "article_tags_tag_id_foreign" foreign key ("tag_id") references "tags" ("id") on update cascade on delete cascade
    )`);
    await schema.sql(`CREATE INDEX "article_tags_tag_id_index" on "article_tags" ("tag_id")`);
    await schema.sql(`CREATE INDEX "article_tags_article_id_index" on "article_tags" ("article_id")`);
  },

  async down(schema) {
    // This loses all rows of "article_tags".
    await schema.sql(`drop table "article_tags"`);
    // This loses all rows of "comments".
    await schema.sql(`drop table "comments"`);
    // This loses all rows of "favorites".
    await schema.sql(`drop table "favorites"`);
    // This loses all rows of "articles".
    await schema.sql(`drop table "articles"`);
    // This loses all rows of "follows".
    await schema.sql(`drop table "follows"`);
    // This loses all rows of "users".
    await schema.sql(`drop table "users"`);
    // This loses all rows of "tags".
    await schema.sql(`drop table "tags"`);
  },
});
