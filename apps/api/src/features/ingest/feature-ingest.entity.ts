import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Feature } from '../feature.entity';

/** What was taken in already, by commit: the same once more changes nothing. */
@Entity('feature_ingests')
export class FeatureIngest {
  @PrimaryColumn({ name: 'feature_id', type: 'uuid', primaryKeyConstraintName: 'feature_ingests_pkey' })
  featureId!: string;

  @ManyToOne(() => Feature, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'feature_id', foreignKeyConstraintName: 'feature_ingests_feature_id_fkey' })
  feature!: Relation<Feature>;

  @PrimaryColumn({ type: 'varchar', length: 255, primaryKeyConstraintName: 'feature_ingests_pkey' })
  commit!: string;

  /** `diff`, `lcov`, `cobertura`, `coverage` or `tokens`. */
  @PrimaryColumn({ type: 'varchar', length: 50, primaryKeyConstraintName: 'feature_ingests_pkey' })
  part!: string;

  @Column({ name: 'lines_found', type: 'integer', nullable: true })
  linesFound!: number | null;

  @Column({ name: 'lines_hit', type: 'integer', nullable: true })
  linesHit!: number | null;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'CURRENT_TIMESTAMP' })
  createdAt!: string;
}
