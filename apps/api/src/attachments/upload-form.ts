import { MalformedBody, ValidationFailed } from '../common/errors/common.errors';
import { escapePointer } from '../common/validation/input-errors';
import { StrictValidationPipe } from '../common/validation/strict-validation.pipe';
import { AttachmentTooLarge } from './attachment.errors';
import { filenameError } from './content/filename';
import { mediaType } from './content/media-type';
import { UploadFieldsDto } from './dto/upload-attachment.dto';
import type { MultipartReader } from './multipart/multipart-reader';
import type { PartHeaders } from './multipart/part-headers';

const FILE = 'file';
/** HTML forms and Swagger UI send an input that was left empty, too: that counts as left out. */
const IDS = ['taskId', 'messageId'];
/** Longest content of a field in bytes, and most fields: far above what is valid. */
const MAX_FIELD = 1024;
const MAX_FIELDS = 10;
/** What boundaries, headers and fields may add to a file, in bytes. */
const MAX_OVERHEAD = 64 * 1024;

/** What a form says before its file's content comes. */
export interface UploadHead {
  readonly taskId: string | null;
  readonly messageId: string | null;
  readonly filename: string;
  readonly mimeType: string;
}

/**
 * Reads a form up to the content of its file, which the form's reader then gives.
 * @throws ValidationFailed, MalformedBody, AttachmentTooLarge when the body is declared to be larger than any file may be
 */
export async function readUploadHead(form: MultipartReader, maxBytes: number): Promise<UploadHead> {
  if (form.length !== undefined && form.length > maxBytes + MAX_OVERHEAD) throw tooLarge(maxBytes);
  const fields = new Map<string, string>();
  let part = await form.next();
  while (part && part.filename === undefined) {
    await readField(part, form, fields);
    part = await form.next();
  }
  const { taskId = null, messageId = null } = validFields(fields);
  if (part?.filename === undefined || part.filename === '')
    throw invalid(FILE, 'required', 'a file is required');
  const { name, filename, contentType } = part;
  if (name !== FILE) throw invalid(name, 'unknown_field', `${name} is not known here`);
  const error = filenameError(filename);
  if (error) throw invalid(FILE, error.code, error.detail);
  if (taskId === null && messageId === null) {
    throw invalid('taskId', 'required', 'taskId or messageId is required, before the file');
  }
  return { taskId, messageId, filename, mimeType: mediaType(contentType) };
}

/** The content of the form's file, up to so many bytes. @throws AttachmentTooLarge, MalformedBody */
export async function* fileContent(form: MultipartReader, maxBytes: number): AsyncGenerator<Buffer, void> {
  let bytes = 0;
  for await (const chunk of form.content()) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw tooLarge(maxBytes);
    yield chunk;
  }
  const after = await form.next();
  if (!after) return;
  if (after.filename !== undefined) throw invalid(after.name, 'repeated', 'one upload takes one file');
  throw invalid(after.name, 'out_of_order', 'fields have to come before the file');
}

async function readField(
  { name }: PartHeaders,
  form: MultipartReader,
  fields: Map<string, string>,
): Promise<void> {
  if (name === FILE) throw invalid(FILE, 'wrong_type', 'file must be a file: its part needs a filename');
  if (fields.has(name)) throw invalid(name, 'repeated', `${name} must be given once`);
  if (fields.size >= MAX_FIELDS) throw MalformedBody.error('The form has too many fields');
  const value = await form.text(MAX_FIELD);
  if (value === null) throw invalid(name, 'too_long', `${name} is too long`);
  fields.set(name, value);
}

const pipe = new StrictValidationPipe();

function validFields(fields: ReadonlyMap<string, string>): UploadFieldsDto {
  const given = Object.fromEntries(
    [...fields].filter(([name, value]) => value !== '' || !IDS.includes(name)),
  );
  return pipe.transform(given, { type: 'body', metatype: UploadFieldsDto }) as UploadFieldsDto;
}

function tooLarge(maxBytes: number) {
  return AttachmentTooLarge.error(`A file may have up to ${maxBytes} bytes`);
}

function invalid(name: string, code: string, detail: string) {
  const pointer = `#/${escapePointer(name)}`;
  return ValidationFailed.error(undefined, { errors: [{ in: 'body', pointer, code, detail }] });
}
