import { Answered } from '../../common/openapi/answered.decorator';

export class AttachmentResponse {
  @Answered.uuid()
  id: string;

  @Answered.text({ maxLength: 255, example: 'coverage.lcov' })
  filename: string;

  @Answered.text({ nullable: true, description: 'What the uploader said it is', example: 'text/plain' })
  mimeType: string | null;

  @Answered.bigint({ nullable: true, minimum: 0, description: 'Bytes', example: 48_123 })
  sizeBytes: number | null;

  @Answered.uuid({ nullable: true, description: 'The message that it is attached to' })
  messageId: string | null;

  @Answered.uuid({ nullable: true, description: 'The task that it is attached to' })
  taskId: string | null;

  @Answered.uuid({ nullable: true, description: 'Who uploaded it' })
  uploadedBy: string | null;

  @Answered.time()
  createdAt: string;

  @Answered.text({
    nullable: true,
    description: 'SHA-256 of the content, hexadecimal; null for files from before it was kept',
    example: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  })
  sha256: string | null;
}
