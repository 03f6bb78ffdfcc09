import { Column, Entity, PrimaryColumn } from 'typeorm';

/** When something that runs by itself is due, and how it went the last time. Of all processes, the one that claims it runs it. */
@Entity('scheduled_jobs')
export class ScheduledJob {
  @PrimaryColumn({ type: 'varchar', length: 50, primaryKeyConstraintName: 'scheduled_jobs_pkey' })
  name!: string;

  @Column({ name: 'due_at', type: 'timestamptz' })
  dueAt!: string;

  /** Until then a process runs it, and says so again before; null: none does. */
  @Column({ name: 'leased_until', type: 'timestamptz', nullable: true })
  leasedUntil!: string | null;

  @Column({ name: 'started_at', type: 'timestamptz', nullable: true })
  startedAt!: string | null;

  /** When it last went well. */
  @Column({ name: 'succeeded_at', type: 'timestamptz', nullable: true })
  succeededAt!: string | null;

  /** When it last failed. */
  @Column({ name: 'failed_at', type: 'timestamptz', nullable: true })
  failedAt!: string | null;

  /** Why; null when the last run went well. */
  @Column({ type: 'text', nullable: true })
  error!: string | null;
}
