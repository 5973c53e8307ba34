using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace Attention.Runtime;

/// <summary>Cuts images into patches. References and sizes are trusted, not checked.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class ImagePatches
{
    /// <summary>Writes the patches of a square image, row by row, each a row of channels · patch² values.</summary>
    /// <param name="image">The image, size × size × channels.</param>
    /// <param name="size">Rows, and columns, of the image.</param>
    /// <param name="patch">Rows, and columns, of a patch.</param>
    /// <param name="channels">Values of a pixel.</param>
    /// <param name="imageChannelsLast">Whether the image is [row][column][channel] rather than [channel][row][column].</param>
    /// <param name="patchChannelsLast">The same of a patch's values.</param>
    /// <param name="patches">Where the first patch goes.</param>
    /// <param name="stride">The distance of two patches.</param>
    public static void Cut(ReadOnlySpan<float> image, int size, int patch, int channels, bool imageChannelsLast, bool patchChannelsLast, ref float patches, int stride)
    {
        int across = size / patch;
        (int pixel, int plane) = imageChannelsLast ? (channels, 1) : (1, size * size);
        (int value, int group) = patchChannelsLast ? (channels, 1) : (1, patch * patch);
        for (int row = 0; row < across; row++)
        {
            for (int column = 0; column < across; column++)
            {
                ref float destination = ref Unsafe.Add(ref patches, (((nint)row * across) + column) * stride);
                for (int y = 0; y < patch; y++)
                {
                    int from = ((((row * patch) + y) * size) + (column * patch)) * pixel, to = y * patch * value;
                    for (int x = 0; x < patch; x++, from += pixel, to += value)
                    {
                        for (int channel = 0; channel < channels; channel++)
                            Unsafe.Add(ref destination, to + (channel * group)) = image[from + (channel * plane)];
                    }
                }
            }
        }
    }
}
