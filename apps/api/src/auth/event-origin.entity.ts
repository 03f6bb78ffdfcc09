import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn, type Relation } from 'typeorm';
import { User } from '../users/user.entity';

/**
 * From where a request came that left events about accounts. Events themselves hold no address, since they are told to
 * others and outlive the person; these rows go with the person.
 */
@Entity('event_origins')
@Index('idx_event_origins_request', ['requestId'])
@Index('idx_event_origins_user', ['userId'])
@Index('idx_event_origins_created_at', ['createdAt'])
export class EventOrigin {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'event_origins_pkey',
  })
  id!: string;

  /** Clients may choose it, so it is not unique. */
  @Column({ name: 'request_id', type: 'varchar', length: 128 })
  requestId!: string;

  /** Who asked, or whose account it was about; null where there is no such account. */
  @Column({ name: 'user_id', type: 'uuid', nullable: true })
  userId!: string | null;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'event_origins_user_id_fkey' })
  user!: Relation<User> | null;

  @Column({ type: 'varchar', length: 45 })
  ip!: string;

  @Column({ name: 'user_agent', type: 'varchar', length: 512, nullable: true })
  userAgent!: string | null;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'clock_timestamp()' })
  createdAt!: string;
}
