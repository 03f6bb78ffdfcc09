import {
  Check,
  Column,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryGeneratedColumn,
  type Relation,
} from 'typeorm';
import { isOneOf } from '../database/check-expressions';
import { Task } from '../tasks/task.entity';
import { User } from '../users/user.entity';

export const MESSAGE_TYPES = ['text', 'markdown', 'code', 'system'] as const;
export type MessageType = (typeof MESSAGE_TYPES)[number];

export const MESSAGE_STATUSES = ['sent', 'edited', 'deleted'] as const;
export type MessageStatus = (typeof MESSAGE_STATUSES)[number];

@Entity('messages')
@Check('messages_type_check', isOneOf('type', MESSAGE_TYPES))
@Check('messages_status_check', isOneOf('status', MESSAGE_STATUSES))
@Index('idx_messages_sender', ['senderId'])
@Index('idx_messages_task', ['taskId'])
@Index('idx_messages_created_at', ['createdAt'])
@Index('idx_messages_task_created_id', ['taskId', 'createdAt', 'id'])
@Index('idx_messages_sender_created_id', ['senderId', 'createdAt', 'id'])
@Index('idx_messages_created_id', ['createdAt', 'id'])
@Index('idx_messages_updated_id', ['updatedAt', 'id'])
export class Message {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'messages_pkey' })
  id!: string;

  @Column({ type: 'text' })
  content!: string;

  @Column({ name: 'sender_id', type: 'uuid', nullable: true })
  senderId!: string | null;

  @ManyToOne(() => User)
  @JoinColumn({ name: 'sender_id', foreignKeyConstraintName: 'messages_sender_id_fkey' })
  sender!: Relation<User> | null;

  @Column({ name: 'task_id', type: 'uuid', nullable: true })
  taskId!: string | null;

  @ManyToOne(() => Task)
  @JoinColumn({ name: 'task_id', foreignKeyConstraintName: 'messages_task_id_fkey' })
  task!: Relation<Task> | null;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'CURRENT_TIMESTAMP' })
  createdAt!: string;

  @Column({ name: 'updated_at', type: 'timestamptz', default: () => 'CURRENT_TIMESTAMP' })
  updatedAt!: string;

  @Column({ type: 'varchar', length: 50, default: 'text' })
  type!: MessageType;

  @Column({ type: 'varchar', length: 50, default: 'sent' })
  status!: MessageStatus;
}
