//! The worlds as a Parquet file (Apache Parquet, no compression), for any tool that reads tables.
//!
//! One row a world, in groups of [`GROUP`] rows so that memory is bounded. Columns: `profile` (its number), `world` (its
//! number), `outcome` (possible, impossible, undecided), `by` (likely, block, other_block, solved, not_solved, no_game),
//! `deal` (the hash of the proof that shows it, or nothing), `likely_N` (whether deal N of the likely world holds), then one
//! column of doubles for each judgement that is drawn in some profile, named by its key, empty where it is not drawn.

use std::sync::Arc;

use parquet::basic::{LogicalType, Repetition, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::Type;

use crate::explore::Row;

/// The most rows of a group.
pub const GROUP: usize = 16_384;

/// The columns that are drawn or tried.
#[derive(Debug, Clone)]
pub struct Columns {
    /// How many deals of the likely world there are at most.
    pub likely: usize,
    /// The keys of the judgements.
    pub keys: Vec<String>,
}

/// A row with what was drawn for it: one entry a key.
#[derive(Debug, Clone)]
pub struct Line<'a> {
    /// The number of the profile.
    pub profile: usize,
    /// The row.
    pub row: &'a Row,
    /// The values.
    pub values: Vec<Option<f64>>,
}

/// Writes a table, asking for its lines group by group.
///
/// # Errors
/// A sentence when the table cannot be written.
pub fn write<'a>(columns: &Columns, groups: impl Iterator<Item = Vec<Line<'a>>>) -> Result<Vec<u8>, String> {
    written(columns, groups).map_err(|error| format!("the table cannot be written: {error}"))
}

fn text(name: &str, repetition: Repetition) -> Result<Type, ParquetError> {
    Type::primitive_type_builder(name, Physical::BYTE_ARRAY)
        .with_repetition(repetition)
        .with_logical_type(Some(LogicalType::String))
        .build()
}

fn plain(name: &str, physical: Physical, repetition: Repetition) -> Result<Type, ParquetError> {
    Type::primitive_type_builder(name, physical)
        .with_repetition(repetition)
        .build()
}

fn schema(columns: &Columns) -> Result<Type, ParquetError> {
    let mut fields = vec![
        plain("profile", Physical::INT64, Repetition::REQUIRED)?,
        plain("world", Physical::INT64, Repetition::REQUIRED)?,
        text("outcome", Repetition::REQUIRED)?,
        text("by", Repetition::REQUIRED)?,
        text("deal", Repetition::OPTIONAL)?,
    ];
    for number in 0..columns.likely {
        fields.push(plain(
            &format!("likely_{number}"),
            Physical::BOOLEAN,
            Repetition::OPTIONAL,
        )?);
    }
    for key in &columns.keys {
        fields.push(plain(key, Physical::DOUBLE, Repetition::OPTIONAL)?);
    }
    Type::group_type_builder("worlds")
        .with_fields(fields.into_iter().map(Arc::new).collect())
        .build()
}

fn written<'a>(
    columns: &Columns,
    groups: impl Iterator<Item = Vec<Line<'a>>>,
) -> Result<Vec<u8>, ParquetError> {
    let properties = WriterProperties::builder()
        .set_created_by("detente".into())
        .build();
    let mut bytes = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut bytes, Arc::new(schema(columns)?), Arc::new(properties))?;
    for lines in groups {
        let mut group = writer.next_row_group()?;
        let whole = |of: &dyn Fn(&Line<'a>) -> i64| -> Vec<i64> { lines.iter().map(of).collect() };
        integers(&mut group, &whole(&|line| line.profile as i64))?;
        integers(&mut group, &whole(&|line| line.row.world as i64))?;
        texts(
            &mut group,
            lines.iter().map(|line| Some(name(&line.row.outcome))),
            false,
        )?;
        texts(
            &mut group,
            lines.iter().map(|line| Some(name(&line.row.by))),
            false,
        )?;
        texts(&mut group, lines.iter().map(|line| line.row.deal.clone()), true)?;
        for number in 0..columns.likely {
            let hold: Vec<Option<bool>> = lines
                .iter()
                .map(|line| line.row.likely_hold.get(number).copied())
                .collect();
            let present: Vec<bool> = hold.iter().flatten().copied().collect();
            let mut column = group.next_column()?.ok_or_else(missing)?;
            column
                .typed::<BoolType>()
                .write_batch(&present, Some(&levels(&hold)), None)?;
            column.close()?;
        }
        for key in 0..columns.keys.len() {
            let values: Vec<Option<f64>> = lines.iter().map(|line| line.values[key]).collect();
            let present: Vec<f64> = values.iter().flatten().copied().collect();
            let mut column = group.next_column()?.ok_or_else(missing)?;
            column
                .typed::<DoubleType>()
                .write_batch(&present, Some(&levels(&values)), None)?;
            column.close()?;
        }
        group.close()?;
    }
    writer.close()?;
    Ok(bytes)
}

fn missing() -> ParquetError {
    ParquetError::General("a column is missing".into())
}

/// 1 where there is an entry.
fn levels<T>(entries: &[Option<T>]) -> Vec<i16> {
    entries.iter().map(|entry| i16::from(entry.is_some())).collect()
}

/// The name that a unit of an enum has when it is written.
fn name(of: &impl serde::Serialize) -> String {
    match serde_json::to_value(of) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}

fn integers<W: std::io::Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    values: &[i64],
) -> Result<(), ParquetError> {
    let mut column = group.next_column()?.ok_or_else(missing)?;
    column.typed::<Int64Type>().write_batch(values, None, None)?;
    column.close()
}

fn texts<W: std::io::Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    values: impl Iterator<Item = Option<String>>,
    optional: bool,
) -> Result<(), ParquetError> {
    let values: Vec<Option<ByteArray>> = values
        .map(|value| value.map(|text| ByteArray::from(text.into_bytes())))
        .collect();
    let present: Vec<ByteArray> = values.iter().flatten().cloned().collect();
    let mut column = group.next_column()?.ok_or_else(missing)?;
    let levels = optional.then(|| levels(&values));
    column
        .typed::<ByteArrayType>()
        .write_batch(&present, levels.as_deref(), None)?;
    column.close()
}
