import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Session } from './session.entity';

/** Rotated on use: a second use of the same token tells that it was stolen. */
@Entity('refresh_tokens')
@Index('idx_refresh_tokens_session', ['sessionId'])
export class RefreshToken {
  /** SHA-256 of the token, hexadecimal; the token itself is never stored. */
  @PrimaryColumn({
    name: 'token_hash',
    type: 'char',
    length: 64,
    select: false,
    primaryKeyConstraintName: 'refresh_tokens_pkey',
  })
  tokenHash!: string;

  @Column({ name: 'session_id', type: 'uuid' })
  sessionId!: string;

  @ManyToOne(() => Session, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'session_id', foreignKeyConstraintName: 'refresh_tokens_session_id_fkey' })
  session!: Relation<Session>;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'CURRENT_TIMESTAMP' })
  createdAt!: string;

  @Column({ name: 'used_at', type: 'timestamptz', nullable: true })
  usedAt!: string | null;
}
