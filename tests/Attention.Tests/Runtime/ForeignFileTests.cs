using System.IO.Compression;
using System.Text;
using Attention.Dsl;
using Xunit;

namespace Attention.Tests.Runtime;

/// <summary>What people hand over as weights: each refusal says what the file is, what was expected and what to do.</summary>
public sealed class ForeignFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("weights").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static byte[] Zip(params string[] entries)
    {
        using MemoryStream file = new();
        using (ZipArchive archive = new(file, ZipArchiveMode.Create))
        {
            foreach (string entry in entries)
            {
                using Stream stream = archive.CreateEntry(entry, CompressionLevel.NoCompression).Open();
                stream.Write(new byte[100]);
            }
        }

        return file.ToArray();
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using MemoryStream file = new();
        using (GZipStream gzip = new(file, CompressionLevel.Fastest))
            gzip.Write(bytes);
        return file.ToArray();
    }

    private static byte[] Tar()
    {
        byte[] file = new byte[1024];
        "model.safetensors"u8.CopyTo(file);
        "ustar"u8.CopyTo(file.AsSpan(257));
        return file;
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    public static TheoryData<string, byte[], string, string> Files => new()
    {
        { "Git LFS", Text("version https://git-lfs.github.com/spec/v1\noid sha256:" + new string('0', 64) + "\nsize 440449768\n"), "a Git LFS pointer, which stands for a file of 440449768 bytes", "run 'git lfs pull'" },
        { "PyTorch", Zip("archive/data.pkl", "archive/data/0"), "a checkpoint of PyTorch", "safetensors.torch.save_file" },
        { "old PyTorch", [0x80, 2, 0x8A, 10, (byte)'l', 0xFC, 0x9C, (byte)'F', 0xF9, (byte)' ', (byte)'j', 0xA8, (byte)'P', 0x19, (byte)'.'], "a Python pickle", "safetensors.torch.save_file" },
        { "npz", Zip("embedding.npy", "x.npy"), "an archive of NumPy (.npz)", "safetensors.numpy.save_file" },
        { "npy", [0x93, .. "NUMPY\u0001\0v\0{'descr': '<f4'"u8], "one array of NumPy (.npy)", "safetensors.numpy.save_file" },
        { "zip", Zip("model.safetensors"), "a zip archive", "unpack it" },
        { "index", Text("""{"metadata": {"total_size": 80}, "weight_map": {"a.weight": "model-00001-of-00002.safetensors"}}"""), "the index of a sharded checkpoint", "open it by its path, which ends with .json" },
        { "config", Text("{\n  \"architectures\": [\n    \"BertModel\"\n  ]\n}"), "JSON text", "take the model's safetensors file" },
        { "page", Text("<!DOCTYPE html>\n<html><body>Grüße: invalid username or password.</body></html>\n"), "a web page", "/resolve/" },
        { "page with a mark", Text("\uFEFF\n <html>"), "a web page", "fetch the file itself" },
        { "answer", Text("Entry not found"), "text that begins 'Entry not found'", "fetch the file again" },
        { "short answer", Text("404"), "text that begins '404'", "fetch the file again" },
        { "GGUF", [.. "GGUF\u0003\0\0\0"u8, .. new byte[200]], "a GGUF file", "take the model's safetensors file" },
        { "ONNX", [8, 8, 0x12, 7, .. "pytorch"u8, 0x1A, 5, .. "2.1.0"u8, 0x3A], "an ONNX model", "take the model's safetensors file" },
        { "HDF5", [0x89, .. "HDF\r\n"u8, 0x1A, 10, 0, 0, 0, 0], "an HDF5 file", "take the model's safetensors file" },
        { "TFLite", [0x1C, 0, 0, 0, .. "TFL3"u8, 0, 0, 0, 0], "a TensorFlow Lite model", "take the model's safetensors file" },
        { "gzip", Gzip(new byte[500]), "a compressed file", "unpack it" },
        { "gzip without a time", [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, .. new byte[600_000]], "a compressed file", "unpack it" },
        { "tar", Tar(), "a tar archive", "unpack it" },
        { "zeros", new byte[5000], "nothing but zeros", "fetch it again" },
        { "empty", [], "an empty file", "fetch it again" },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void A_file_of_another_kind_is_named(string kind, byte[] bytes, string found, string mend)
    {
        string path = Path.Combine(_folder, kind + ".safetensors");
        File.WriteAllBytes(path, bytes);
        foreach (Func<SafeTensors> open in (Func<SafeTensors>[])[() => SafeTensors.Open(path), () => SafeTensors.Read(new MemoryStream(bytes))])
        {
            string message = Assert.Throws<WeightsException>(open).Message;
            Assert.Contains($": expected a safetensors file, found {found}", message, StringComparison.Ordinal);
            Assert.Contains(mend, message, StringComparison.Ordinal);
            Assert.EndsWith(".", message, StringComparison.Ordinal);
        }

        Assert.StartsWith(path + ": ", Assert.Throws<WeightsException>(() => SafeTensors.Open(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_download_cut_short_anywhere_is_to_be_fetched_again()
    {
        byte[] whole = SafeTensorsTests.FileOf(("embedding.weight", [5, 4], new float[20]), ("b", [2], new float[2]));
        for (int length = 0; length < whole.Length; length++)
        {
            string message = Assert.Throws<WeightsException>(() => SafeTensors.Read(new MemoryStream(whole[..length]))).Message;
            Assert.True(message.Contains("fetch", StringComparison.Ordinal) && message.Contains("again", StringComparison.Ordinal), $"{length}: {message}");
        }
    }

    [Fact]
    public void A_folder_stands_for_its_checkpoint()
    {
        File.WriteAllBytes(Path.Combine(_folder, "model.safetensors"), SafeTensorsTests.FileOf(("x", [2], [1, 2])));
        File.WriteAllBytes(Path.Combine(_folder, "other.safetensors"), []);
        foreach (string folder in (string[])[_folder, _folder + Path.DirectorySeparatorChar])
        {
            using SafeTensors tensors = SafeTensors.Open(folder);
            Assert.Equal([1, 2], tensors.ReadFloats("x"));
        }
    }

    [Theory]
    [InlineData("no safetensors file; give the path of one")]
    [InlineData("'a.safetensors'; give the path of the file itself", "a.safetensors")]
    [InlineData("'a.safetensors', 'b.safetensors', 'c.safetensors' and 1 more; give the path", "d.safetensors", "b.safetensors", "c.safetensors", "a.safetensors")]
    [InlineData("pytorch_model.bin; take the model.safetensors that lies beside it, or convert it", "pytorch_model.bin", "config.json")]
    public void A_folder_without_one_is_refused(string found, params string[] files)
    {
        foreach (string file in files)
            File.WriteAllText(Path.Combine(_folder, file), "");
        string message = Assert.Throws<WeightsException>(() => SafeTensors.Open(_folder + Path.DirectorySeparatorChar)).Message;
        Assert.StartsWith($"{_folder}{Path.DirectorySeparatorChar}: expected a safetensors file, or a folder with model.safetensors, found a folder with {found}", message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_there_is_for_the_system_to_say()
    {
        Assert.Throws<FileNotFoundException>(() => SafeTensors.Open(Path.Combine(_folder, "model.safetensors")));
        Assert.Throws<DirectoryNotFoundException>(() => SafeTensors.Open(Path.Combine(_folder, "none", "model.safetensors")));
    }

    /// <summary>A pipe has no length and cannot be mapped.</summary>
    [Fact]
    public void A_pipe_is_read_to_its_end()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Pipes have paths on Linux.");
        using System.IO.Pipes.AnonymousPipeServerStream server = new(System.IO.Pipes.PipeDirection.Out);
        byte[] file = SafeTensorsTests.FileOf(("x", [2], [1, 2]));
        string path = $"/proc/self/fd/{server.GetClientHandleAsString()}";
        server.Write(file);
        Thread closing = new(() =>
        {
            Thread.Sleep(100);
            server.DisposeLocalCopyOfClientHandle();
            server.Dispose();
        });
        closing.Start();
        using SafeTensors tensors = SafeTensors.Open(path);
        closing.Join();
        Assert.Equal([1, 2], tensors.ReadFloats("x"));
    }
}
