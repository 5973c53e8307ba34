using System.Buffers.Binary;
using System.Collections.ObjectModel;
using System.Text;
using System.Text.Json;
using Attention.Runtime;

namespace Attention.Dsl;

/// <summary>A safetensors file: its header, <c>{name: {dtype, shape, data_offsets}}</c>, checked against the file's length, and its bytes.</summary>
internal sealed class SafeTensorsHeader
{
    /// <summary>The header's key that names no tensor.</summary>
    public const string MetadataName = "__metadata__";

    private const int LongestHeader = 100_000_000; // as in the format's reference implementation
    private const long MostElements = long.MaxValue / 64; // no type is wider than 64 bits, so no size overflows

    private readonly string _origin;
    private readonly CheckpointBytes _bytes;
    private readonly long _dataStart;
    private readonly long _dataLength;

    private SafeTensorsHeader(string origin, CheckpointBytes bytes, long dataStart) =>
        (_origin, _bytes, _dataStart, _dataLength) = (origin, bytes, dataStart, bytes.Length - dataStart);

    /// <summary>The tensors by name; no two of them share a byte.</summary>
    public Dictionary<string, StoredTensor> Tensors { get; } = new(StringComparer.Ordinal);

    /// <summary>The strings stored beside the tensors.</summary>
    public ReadOnlyDictionary<string, string> Metadata { get; private set; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Reads the header of a file. Behind its JSON spaces are padding, and so is NUL, which some writers take for it.</summary>
    /// <param name="origin">What to call the file in messages.</param>
    /// <param name="bytes">The file.</param>
    /// <exception cref="WeightsException">The header is malformed, or does not fit the data, or it is another kind of file.</exception>
    public static SafeTensorsHeader Read(string origin, CheckpointBytes bytes)
    {
        byte[] json = JsonOf(origin, bytes);
        SafeTensorsHeader header = new(origin, bytes, sizeof(ulong) + json.Length);
        try
        {
            header.Read(json.AsSpan().TrimEnd((byte)0));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The reader throws the second kind for text that is not UTF-8.
            throw new WeightsException($"{origin}: expected a header of JSON, found: {e.Message}", e);
        }

        header.CheckOverlaps();
        return header;
    }

    /// <summary>Adds what tells this file from others and from what it was before: its length, its time of writing, its header and samples of its data.</summary>
    public void AddTo(ref Fingerprint key, int samples, int sampleBytes)
    {
        key.Add((ulong)_bytes.Length);
        key.Add((ulong)_bytes.Written.GetValueOrDefault().Ticks);
        byte[] bytes = new byte[Math.Max(_dataStart, sampleBytes)];
        _bytes.Copy(0, bytes.AsSpan(0, (int)_dataStart));
        key.Add(bytes.AsSpan(0, (int)_dataStart));
        long room = Math.Max(0, _dataLength - sampleBytes);
        for (int i = 0; i < samples; i++)
        {
            Span<byte> sample = bytes.AsSpan(0, (int)Math.Min(sampleBytes, _dataLength));
            _bytes.Copy(_dataStart + (long)((Int128)room * i / Math.Max(1, samples - 1)), sample);
            key.Add(sample);
        }
    }

    private static byte[] JsonOf(string origin, CheckpointBytes bytes)
    {
        long length = bytes.Length;
        Span<byte> start = stackalloc byte[(int)Math.Min(length, ForeignFile.Beginning)];
        bytes.Copy(0, start);
        ulong headerLength = length < sizeof(ulong) ? ulong.MaxValue : BinaryPrimitives.ReadUInt64LittleEndian(start);
        long longest = Math.Min(LongestHeader, length - sizeof(ulong));
        bool hasBrace = start is [_, _, _, _, _, _, _, _, (byte)'{', ..];
        if ((longest < 0 || headerLength > (ulong)longest || !hasBrace) && ForeignFile.Describe(start) is string found)
            throw Error($"expected a safetensors file, found {found}");
        if (longest < 0)
            throw Error($"expected at least {sizeof(ulong)} bytes, found {length}; fetch the file again");
        if (headerLength > (ulong)longest)
        {
            string mend = headerLength > LongestHeader ? "it is no safetensors file, or a damaged one" : "the file is cut short, so fetch it again";
            throw Error($"expected a header of at most {longest} bytes in a file of {length}, found a header length of {headerLength}; {mend}");
        }

        byte[] header = new byte[headerLength];
        bytes.Copy(sizeof(ulong), header);
        return header;

        WeightsException Error(string message) => new($"{origin}: {message}.");
    }

    private void Read(ReadOnlySpan<byte> header)
    {
        bool hasMetadata = false;
        Utf8JsonReader json = new(header);
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
            throw Unexpected("header", json.TokenType, JsonTokenType.StartObject);
        while (json.Read() && json.TokenType != JsonTokenType.EndObject)
        {
            string name = json.GetString()!;
            json.Read();
            if (name == MetadataName)
            {
                if (hasMetadata)
                    throw Error("header: expected __metadata__ once, found it again");
                hasMetadata = true;
                Metadata = ReadMetadata(ref json);
            }
            else if (!Tensors.TryAdd(name, ReadTensor(ref json, name)))
            {
                throw Error($"tensor {SafeTensors.Quote(name)}: expected the name once, found it again");
            }
        }

        json.Read(); // throws on anything but white space behind the object
    }

    private ReadOnlyDictionary<string, string> ReadMetadata(ref Utf8JsonReader json)
    {
        Dictionary<string, string> metadata = new(StringComparer.Ordinal);
        if (json.TokenType != JsonTokenType.StartObject)
            throw Unexpected("__metadata__", json.TokenType, JsonTokenType.StartObject);
        while (json.Read() && json.TokenType != JsonTokenType.EndObject)
        {
            string key = json.GetString()!;
            json.Read();
            if (json.TokenType != JsonTokenType.String)
                throw Unexpected($"__metadata__ {SafeTensors.Quote(key)}", json.TokenType, JsonTokenType.String);
            if (!metadata.TryAdd(key, json.GetString()!))
                throw Error($"__metadata__ {SafeTensors.Quote(key)}: expected the key once, found it again");
        }

        return metadata.AsReadOnly();
    }

    private StoredTensor ReadTensor(ref Utf8JsonReader json, string name)
    {
        string? dataType = null;
        long[]? shape = null;
        long[]? offsets = null;

        if (json.TokenType != JsonTokenType.StartObject)
            throw Unexpected($"tensor {SafeTensors.Quote(name)}", json.TokenType, JsonTokenType.StartObject);
        while (json.Read() && json.TokenType != JsonTokenType.EndObject)
        {
            string? field = json.ValueTextEquals("dtype"u8) ? "dtype" : json.ValueTextEquals("shape"u8) ? "shape" : json.ValueTextEquals("data_offsets"u8) ? "data_offsets" : null;
            json.Read();
            switch (field)
            {
                case "dtype" when dataType is null:
                    dataType = json.TokenType == JsonTokenType.String ? json.GetString() : throw Unexpected(Place(name, field), json.TokenType, JsonTokenType.String);
                    break;
                case "shape" when shape is null:
                    shape = ReadNumbers(ref json, name, field);
                    break;
                case "data_offsets" when offsets is null:
                    offsets = ReadNumbers(ref json, name, field);
                    break;
                case not null:
                    throw Error($"{Place(name, field)}: expected once, found again");
                default:
                    json.Skip(); // a later version of the format may say more
                    break;
            }
        }

        if (dataType is null || shape is null || offsets is null)
        {
            string missing = dataType is null ? "dtype" : shape is null ? "shape" : "data_offsets";
            throw Error($"tensor {SafeTensors.Quote(name)}: expected dtype, shape and data_offsets, found no {missing}");
        }

        long elements = 1;
        foreach (long dimension in shape)
        {
            elements = dimension == 0 || elements <= MostElements / dimension
                ? elements * dimension
                : throw Error($"tensor {SafeTensors.Quote(name)}: expected a shape of at most {MostElements} elements, found {SafeTensors.Text(shape)}");
        }

        if (offsets is not [long begin, long end] || begin > end || end > _dataLength)
        {
            string mend = offsets is [long first, long last] && first <= last ? "; the file is cut short, so fetch it again" : "";
            throw Error(
                $"tensor {SafeTensors.Quote(name)}: expected data_offsets [begin, end] in {_dataLength} bytes of data, found {SafeTensors.Text(offsets)}{mend}");
        }

        if (BitsOf(dataType) is int bits && (elements * bits % 8 != 0 || elements * bits / 8 != end - begin))
        {
            throw Error(
                $"tensor {SafeTensors.Quote(name)}: expected {elements * bits / 8} bytes for {dataType} of shape {SafeTensors.Text(shape)}, "
                + $"found {end - begin} at data_offsets {SafeTensors.Text(offsets)}");
        }

        return new StoredTensor(name, dataType, shape, elements, _dataStart + begin, _dataStart + end, _bytes);
    }

    private long[] ReadNumbers(ref Utf8JsonReader json, string name, string field)
    {
        if (json.TokenType != JsonTokenType.StartArray)
            throw Unexpected(Place(name, field), json.TokenType, JsonTokenType.StartArray);
        List<long> numbers = [];
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType != JsonTokenType.Number)
                throw Unexpected(Place(name, field), json.TokenType, JsonTokenType.Number);
            numbers.Add(json.TryGetInt64(out long number) && number >= 0
                ? number
                : throw Error(
                    $"{Place(name, field)}: expected whole numbers from 0 to 2⁶³ − 1, found {SafeTensors.Quote(Encoding.UTF8.GetString(json.ValueSpan))}"));
        }

        return [.. numbers];
    }

    private void CheckOverlaps()
    {
        var filled = new List<StoredTensor>(Tensors.Count);
        foreach (StoredTensor tensor in Tensors.Values)
        {
            if (tensor.Begin < tensor.End)
                filled.Add(tensor);
        }

        filled.Sort((a, b) => a.Begin.CompareTo(b.Begin));
        StoredTensor? previous = null;
        foreach (StoredTensor tensor in filled)
        {
            if (previous is not null && tensor.Begin < previous.End)
            {
                throw Error(
                    $"tensor {SafeTensors.Quote(tensor.Name)}: expected data of its own, found the end of {SafeTensors.Quote(previous.Name)} in it");
            }

            previous = tensor;
        }
    }

    /// <summary>Bits of an element; null for a type unknown here, which matters only when the tensor is read.</summary>
    public static int? BitsOf(string dataType) => dataType switch
    {
        "F64" or "I64" or "U64" or "C64" => 64,
        "F32" or "I32" or "U32" => 32,
        "F16" or "BF16" or "I16" or "U16" => 16,
        "I8" or "U8" or "BOOL" or "F8_E4M3" or "F8_E5M2" or "F8_E8M0" => 8,
        "F6_E2M3" or "F6_E3M2" => 6,
        "F4" => 4,
        _ => null,
    };

    private static string Place(string tensor, string field) => $"tensor {SafeTensors.Quote(tensor)}, '{field}'";

    private WeightsException Unexpected(string place, JsonTokenType found, JsonTokenType expected) =>
        Error($"{place}: expected {expected}, found {found}");

    private WeightsException Error(string message) => new($"{_origin}: {message}.");
}
