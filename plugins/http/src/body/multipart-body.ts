/** What multipart bodies are declared as, and what handlers get of them. */
import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Readable } from 'node:stream';
import type { SchemaOption } from '../routes/route-declaration.ts';
import type { FileDeclaration } from './file-declaration.ts';
import type { FileInfo } from './file-info.ts';
import type { FormRecord } from './form-pairs.ts';

/** The declared files by the name of their field. */
export type FileDeclarations = Readonly<Record<string, FileDeclaration>>;

/** A file while it arrives. */
export interface FilePart extends FileInfo {
  /** Its bytes, at the pace of their reader. Fails with a `PartTooLargeError` beyond the limit, and when the client goes away. */
  readonly stream: Readable;
}

/** Options of `multipart()`. */
export interface MultipartOptions<Fields extends SchemaOption, Files extends FileDeclarations> {
  /** The schema of all fields that are no files; their text is converted as that of a form. Default: any fields. */
  readonly fields?: Fields;
  /** The files by the name of their field. Files of other fields are thrown away. */
  readonly files?: Files;
  /** The greatest number of fields that are no files. Beyond: 400. Default: 100. */
  readonly maxFields?: number;
  /** The greatest size of each of them. Beyond: 413; all together must not exceed the plugin's `limits.bodyBytes`. Default: 65,536. */
  readonly maxFieldBytes?: number;
  /** The greatest whole body. Default: the sum of all files at their greatest, and 1,048,576 for the rest. */
  readonly maxBytes?: number;
}

/** Consumes a file while it arrives; what it returns stands for the file in the body. */
export type FileConsumer<Result> = (part: FilePart) => Result | Promise<Result>;

/** A multipart body, validated. */
export interface MultipartBody<Fields extends SchemaOption, Files extends FileDeclarations, File> {
  readonly fields: [Fields] extends [StandardSchemaV1] ? StandardSchemaV1.InferOutput<Fields> : Readonly<FormRecord>;
  readonly files: {
    readonly [Name in keyof Files]: Files[Name] extends FileDeclaration<'many'>
      ? readonly File[]
      : Files[Name] extends FileDeclaration<'optional'>
        ? File | undefined
        : File;
  };
}
