using System.IO.Compression;

namespace Attention.Tests.Models;

/// <summary>The test images of MNIST.</summary>
internal static class MnistDigits
{
    private const int Count = 10000, Size = 28 * 28;

    /// <summary>The images as <see cref="MnistVit"/> takes them, and their digits.</summary>
    /// <exception cref="InvalidDataException">There are not as many as expected.</exception>
    public static (float[][] Images, byte[] Labels) Read(string folder)
    {
        byte[] pixels = Unpack(Path.Combine(folder, "t10k-images-idx3-ubyte.gz"), 16, Count * Size), labels = Unpack(Path.Combine(folder, "t10k-labels-idx1-ubyte.gz"), 8, Count);
        return ([.. pixels.Chunk(Size).Select(image => image.Select(pixel => ((pixel / 255f) - 0.1307f) / 0.3081f).ToArray())], labels);
    }

    private static byte[] Unpack(string path, int header, int count)
    {
        using var stream = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.Length == header + count ? bytes.ToArray()[header..] : throw new InvalidDataException($"{path}: expected {header + count} bytes, found {bytes.Length}.");
    }
}
