using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;

namespace Attention.Runtime;

/// <summary>Knows what people hand over in place of a safetensors file, and says what to do about it.</summary>
internal static class ForeignFile
{
    /// <summary>How many bytes of a file's beginning tell what it is.</summary>
    public const int Beginning = 4096;

    /// <summary>What a checkpoint of PyTorch can be done about.</summary>
    public const string ConvertPyTorch = "take the model.safetensors that lies beside it, or convert it in Python: safetensors.torch.save_file(torch.load(path, weights_only=True), \"model.safetensors\")";

    private const string TakeSafeTensors = "take the model's safetensors file instead";

    private static readonly SearchValues<byte> s_controls = SearchValues.Create([.. Enumerable.Range(0, 32).Except(['\t', '\n', '\r']).Select(c => (byte)c), 127]);

    /// <summary>What a file is and what to do, parted by a semicolon; null for one that is nothing known.</summary>
    /// <param name="start">As much of its beginning as there is, at most <see cref="Beginning"/> bytes.</param>
    public static string? Describe(ReadOnlySpan<byte> start) => start switch
    {
        [] => "an empty file; fetch it again",
        [(byte)'P', (byte)'K', 3, 4, ..] => Zip(start),
        [0x80, >= 2 and <= 5, ..] => $"a Python pickle, as PyTorch's .bin and .pt files are; {ConvertPyTorch}",
        [(byte)'G', (byte)'G', (byte)'U', (byte)'F', ..] => $"a GGUF file of llama.cpp; {TakeSafeTensors}, from which it was made",
        [0x08, >= 3 and <= 30, 0x12 or 0x1A or 0x22 or 0x28 or 0x32 or 0x3A or 0x42, ..] => $"an ONNX model; {TakeSafeTensors}, from which it was exported, or make one of it: attention import model.onnx",
        [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', ..] =>
            "one array of NumPy (.npy); convert it in Python: safetensors.numpy.save_file({name: numpy.load(path)}, \"model.safetensors\")",
        [0x89, (byte)'H', (byte)'D', (byte)'F', ..] => $"an HDF5 file, as Keras and TensorFlow write; {TakeSafeTensors}",
        [_, _, _, _, (byte)'T', (byte)'F', (byte)'L', (byte)'3', ..] => $"a TensorFlow Lite model; {TakeSafeTensors}",
        [0x1F, 0x8B, ..] or [(byte)'B', (byte)'Z', (byte)'h', ..] or [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', ..]
            or [0x28, 0xB5, 0x2F, 0xFD, ..] or [(byte)'7', (byte)'z', 0xBC, 0xAF, ..] => "a compressed file; unpack it first",
        _ when start.Length > 262 && start[257..262].SequenceEqual("ustar"u8) => "a tar archive; unpack it first",
        _ when start.Length >= 8 && !start.ContainsAnyExcept((byte)0) => "nothing but zeros, as a download leaves them that has not ended; fetch it again",
        _ => Text(start),
    };

    private static string Zip(ReadOnlySpan<byte> start)
    {
        // Behind the first local header stands the first entry's name.
        ReadOnlySpan<byte> name = start.Length < 30 ? [] : start[30..];
        name = name[..Math.Min(name.Length, start.Length < 30 ? 0 : BinaryPrimitives.ReadUInt16LittleEndian(start[26..]))];
        return name.EndsWith(".npy"u8) ? "an archive of NumPy (.npz); convert it in Python: safetensors.numpy.save_file(dict(numpy.load(path)), \"model.safetensors\")"
            : start.IndexOf("data.pkl"u8) >= 0 ? $"a checkpoint of PyTorch (.bin, .pt); {ConvertPyTorch}"
            : "a zip archive; unpack it first";
    }

    private static string? Text(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith("\uFEFF"u8))
            start = start[3..];
        start = start.TrimStart(" \t\r\n"u8);
        if (start.StartsWith("version https://git-lfs"u8))
            return $"a Git LFS pointer, which stands for a file{LfsSize(start)}; run 'git lfs pull' where it was cloned";
        if (start.ContainsAny(s_controls))
            return null;
        if (start is [(byte)'<', ..])
            return "a web page, or XML, likely of an error or a login; fetch the file itself, from Hugging Face by /resolve/ in place of /blob/";
        if (start is [(byte)'{' or (byte)'[', ..])
        {
            return start.IndexOf("\"weight_map\""u8) >= 0
                ? "the index of a sharded checkpoint; open it by its path, which ends with .json, so that its shards are found"
                : $"JSON text, as configurations and tokenizers are; {TakeSafeTensors}";
        }

        int line = start.IndexOfAny((byte)'\r', (byte)'\n');
        string first = Encoding.ASCII.GetString(start[..Math.Min(60, line < 0 ? start.Length : line)]);
        return first.Length == 0 || !Ascii.IsValid(start[..first.Length]) ? null : $"text that begins '{first}'; fetch the file again";
    }

    private static string LfsSize(ReadOnlySpan<byte> pointer)
    {
        int size = pointer.IndexOf("\nsize "u8);
        return size >= 0 && Utf8Parser.TryParse(pointer[(size + 6)..], out long bytes, out _) ? $" of {bytes} bytes" : "";
    }
}
