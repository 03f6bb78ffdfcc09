import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A file whose attachment is gone for good. It goes, too, once it is in no backup that is kept. */
@Entity('removed_blobs')
@Index('idx_removed_blobs_removed_at', ['removedAt'])
export class RemovedBlob {
  /** Where the blob store has it. */
  @PrimaryColumn({ type: 'varchar', length: 512, primaryKeyConstraintName: 'removed_blobs_pkey' })
  key!: string;

  /** Since when no attachment that counts refers to it. */
  @Column({ name: 'removed_at', type: 'timestamptz', default: () => 'CURRENT_TIMESTAMP' })
  removedAt!: string;
}
