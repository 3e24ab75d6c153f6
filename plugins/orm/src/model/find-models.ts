/** Finds the models of an application: every export of the files in its directory of models that is one. */
import { ModelImportError } from '../errors.ts';
import { importDirectory } from '../import-directory.ts';
import { isModel, type ModelDeclaration } from './define-model.ts';

/**
 * Imports the models in a directory; a directory that does not exist has none.
 * @throws {ModelImportError} when a file cannot be imported.
 */
export async function findModels(directory: string): Promise<ModelDeclaration[]> {
  const models = new Set<ModelDeclaration>();
  for (const { exports } of await importDirectory(directory, (file, error) => new ModelImportError(file, error))) {
    for (const value of Object.values(exports)) if (isModel(value)) models.add(value);
  }
  return [...models];
}
