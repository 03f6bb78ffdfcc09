import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Which record of another system became which row of ours: what makes a second import change nothing. */
@Entity('external_references')
@Index('idx_external_references_subject', ['subjectId'])
export class ExternalReference {
  /** The system and the place in it, such as `github`. */
  @PrimaryColumn({ type: 'varchar', length: 50, primaryKeyConstraintName: 'external_references_pkey' })
  source!: string;

  @PrimaryColumn({ type: 'varchar', length: 50, primaryKeyConstraintName: 'external_references_pkey' })
  kind!: string;

  @PrimaryColumn({
    name: 'external_id',
    type: 'varchar',
    length: 255,
    primaryKeyConstraintName: 'external_references_pkey',
  })
  externalId!: string;

  @Column({ name: 'subject_id', type: 'uuid' })
  subjectId!: string;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'CURRENT_TIMESTAMP' })
  createdAt!: string;
}
