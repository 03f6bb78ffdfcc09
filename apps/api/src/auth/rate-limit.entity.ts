import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What `rate-limiter-flexible` counts: attempts in a window. Its names and types are that library's. */
@Entity('rate_limits')
@Index('idx_rate_limits_expire', ['expire'])
export class RateLimit {
  /** Which limit, and a hash of whom it counts: no address and no name. */
  @PrimaryColumn({ type: 'varchar', length: 255, primaryKeyConstraintName: 'rate_limits_pkey' })
  key!: string;

  @Column({ type: 'int', default: 0 })
  points!: number;

  /** Milliseconds since the epoch. */
  @Column({ type: 'bigint', nullable: true })
  expire!: string | null;
}
