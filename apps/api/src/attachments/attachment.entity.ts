import {
  Check,
  Column,
  DeleteDateColumn,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryGeneratedColumn,
  type Relation,
} from 'typeorm';
import { Message } from '../messages/message.entity';
import { Task } from '../tasks/task.entity';
import { User } from '../users/user.entity';

@Entity('attachments')
@Check('attachments_size_bytes_check', 'size_bytes >= 0')
@Index('idx_attachments_message', ['messageId'])
@Index('idx_attachments_task', ['taskId'])
@Index('idx_attachments_uploaded_by', ['uploadedBy'])
@Index('idx_attachments_task_created_id', ['taskId', 'createdAt', 'id'], { where: 'deleted_at IS NULL' })
@Index('idx_attachments_message_created_id', ['messageId', 'createdAt', 'id'], {
  where: 'deleted_at IS NULL',
})
@Index('idx_attachments_deleted_at', ['deletedAt'], { where: 'deleted_at IS NOT NULL' })
@Index('idx_attachments_created_id', ['createdAt', 'id'], { where: 'deleted_at IS NULL' })
@Index('idx_attachments_uploader_created_id', ['uploadedBy', 'createdAt', 'id'], {
  where: 'deleted_at IS NULL',
})
@Index('idx_attachments_filename_c_id', { synchronize: false })
@Index('idx_attachments_size_asc_id', { synchronize: false })
@Index('idx_attachments_size_desc_id', { synchronize: false })
export class Attachment {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'attachments_pkey' })
  id!: string;

  @Column({ type: 'varchar', length: 255 })
  filename!: string;

  /** Where the blob store keeps the bytes; never leaves the process. */
  @Column({ name: 'file_path', type: 'varchar', length: 512, select: false })
  filePath!: string;

  @Column({ name: 'mime_type', type: 'varchar', length: 255, nullable: true })
  mimeType!: string | null;

  @Column({ name: 'size_bytes', type: 'bigint', nullable: true })
  sizeBytes!: string | null;

  @Column({ name: 'message_id', type: 'uuid', nullable: true })
  messageId!: string | null;

  @ManyToOne(() => Message)
  @JoinColumn({ name: 'message_id', foreignKeyConstraintName: 'attachments_message_id_fkey' })
  message!: Relation<Message> | null;

  @Column({ name: 'task_id', type: 'uuid', nullable: true })
  taskId!: string | null;

  @ManyToOne(() => Task)
  @JoinColumn({ name: 'task_id', foreignKeyConstraintName: 'attachments_task_id_fkey' })
  task!: Relation<Task> | null;

  @Column({ name: 'uploaded_by', type: 'uuid', nullable: true })
  uploadedBy!: string | null;

  @ManyToOne(() => User)
  @JoinColumn({ name: 'uploaded_by', foreignKeyConstraintName: 'attachments_uploaded_by_fkey' })
  uploader!: Relation<User> | null;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'CURRENT_TIMESTAMP' })
  createdAt!: string;

  /** SHA-256 of the content, 64 lower-case hexadecimal digits; null for rows from before this column. */
  @Column({ type: 'char', length: 64, nullable: true })
  sha256!: string | null;

  @DeleteDateColumn({ name: 'deleted_at', type: 'timestamptz', select: false })
  deletedAt!: string | null;
}
