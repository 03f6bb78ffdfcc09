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
import { isOneOf } from '../database/check-expressions';
import { User } from '../users/user.entity';

export const TASK_STATUSES = ['pending', 'in_progress', 'blocked', 'completed', 'cancelled'] as const;
export type TaskStatus = (typeof TASK_STATUSES)[number];

export const MIN_PRIORITY = 0;
export const MAX_PRIORITY = 4;

@Entity('tasks')
@Check('tasks_status_check', isOneOf('status', TASK_STATUSES))
@Check('tasks_priority_check', `priority BETWEEN ${MIN_PRIORITY} AND ${MAX_PRIORITY}`)
@Index('idx_tasks_deleted_at', ['deletedAt'], { where: 'deleted_at IS NOT NULL' })
@Index('idx_tasks_status', ['status'])
@Index('idx_tasks_created_by', ['createdBy'])
@Index('idx_tasks_assigned_to', ['assignedTo'])
@Index('idx_tasks_due_date', ['dueDate'])
@Index('idx_tasks_status_created_id', { synchronize: false })
@Index('idx_tasks_priority_created_id', { synchronize: false })
@Index('idx_tasks_assigned_created_id', { synchronize: false })
@Index('idx_tasks_creator_created_id', { synchronize: false })
@Index('idx_tasks_created_id', ['createdAt', 'id'], { where: 'deleted_at IS NULL' })
@Index('idx_tasks_updated_id', ['updatedAt', 'id'], { where: 'deleted_at IS NULL' })
@Index('idx_tasks_priority_id', ['priority', 'id'], { where: 'deleted_at IS NULL' })
@Index('idx_tasks_title_c_id', { synchronize: false })
@Index('idx_tasks_due_asc_id', { synchronize: false })
@Index('idx_tasks_due_desc_id', { synchronize: false })
@Index('idx_tasks_completed_asc_id', { synchronize: false })
@Index('idx_tasks_completed_desc_id', { synchronize: false })
@Index('idx_tasks_search', ['search'], { type: 'gin', where: 'deleted_at IS NULL' })
export class Task {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'tasks_pkey' })
  id!: string;

  @Column({ type: 'varchar', length: 255 })
  title!: string;

  @Column({ type: 'text', nullable: true })
  description!: string | null;

  @Column({ type: 'varchar', length: 50, default: 'pending' })
  status!: TaskStatus;

  /** 0 (none) to 4 (urgent). */
  @Column({ type: 'integer', default: 0 })
  priority!: number;

  @Column({ name: 'created_by', type: 'uuid', nullable: true })
  createdBy!: string | null;

  @ManyToOne(() => User)
  @JoinColumn({ name: 'created_by', foreignKeyConstraintName: 'tasks_created_by_fkey' })
  creator!: Relation<User> | null;

  @Column({ name: 'assigned_to', type: 'uuid', nullable: true })
  assignedTo!: string | null;

  @ManyToOne(() => User)
  @JoinColumn({ name: 'assigned_to', foreignKeyConstraintName: 'tasks_assigned_to_fkey' })
  assignee!: Relation<User> | null;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'CURRENT_TIMESTAMP' })
  createdAt!: string;

  @Column({ name: 'updated_at', type: 'timestamptz', default: () => 'CURRENT_TIMESTAMP' })
  updatedAt!: string;

  @Column({ name: 'completed_at', type: 'timestamptz', nullable: true })
  completedAt!: string | null;

  @Column({ name: 'due_date', type: 'timestamptz', nullable: true })
  dueDate!: string | null;

  /** What full text search looks at; a trigger keeps it. */
  @Column({ type: 'tsvector', nullable: true, select: false, insert: false, update: false })
  search: string | null;

  /** The tombstone: repositories leave such rows out unless asked `withDeleted`. */
  @DeleteDateColumn({ name: 'deleted_at', type: 'timestamptz', select: false })
  deletedAt!: string | null;
}
