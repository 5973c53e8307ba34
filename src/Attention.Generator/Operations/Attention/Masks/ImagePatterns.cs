using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>
/// Rows are <paramref name="Text"/> of a text, then a square image of <paramref name="Side"/>² row by row. Those of the image see all of the
/// text, and of the image some: Ramesh et al. 2021, "Zero-Shot Text-to-Image Generation", appendix B.1.
/// </summary>
/// <param name="Kind">Which.</param>
/// <param name="Reach">Rows and columns of a convolution's kernel, of which the query is the last corner.</param>
/// <param name="Dilation">The distance of two of them.</param>
internal sealed record ImagePlaces(int Length, Interval Within, int Text, int Side, ImagePattern Kind, int Reach, int Dilation) : Pattern(Length, Within)
{
    protected override bool Chooses(int head, int query, int key)
    {
        if (key < Text)
            return true;
        if (query < Text)
            return false;
        (int q, int k) = (query - Text, key - Text);
        int up = (q / Side) - (k / Side), left = (q % Side) - (k % Side);
        return Kind switch
        {
            ImagePattern.Row => up == 0,
            ImagePattern.Column => left == 0,
            ImagePattern.Convolution => IsNear(up) && IsNear(left),
            _ => throw new InvalidOperationException("No image pattern " + Kind),
        };
    }

    private bool IsNear(int distance) => distance >= 0 && distance <= (Reach - 1) * Dilation && distance % Dilation == 0;

    protected override string Choice
    {
        get
        {
            string q = $"(query - {Number(Text)})", k = $"(key - {Number(Text)})", side = Number(Side), far = Number((Reach - 1) * Dilation), dilation = Number(Dilation);
            string up = $"({q} / {side}) - ({k} / {side})", left = $"({q} % {side}) - ({k} % {side})";
            string Near(string distance) => $"{distance} is >= 0 and <= {far}{(Dilation == 1 ? "" : $" && ({distance}) % {dilation} == 0")}";
            string seen = Kind switch
            {
                ImagePattern.Row => $"{up} == 0",
                ImagePattern.Column => $"{left} == 0",
                ImagePattern.Convolution => $"{Near($"({up})")} && {Near($"({left})")}",
                _ => throw new InvalidOperationException("No image pattern " + Kind),
            };
            return $"key < {Number(Text)} || (query >= {Number(Text)} && {seen})";
        }
    }

    protected override string Title => $"Image{Number(Text)}_{Number(Side)}{Kind}{(Kind == ImagePattern.Convolution ? $"{Number(Reach)}x{Number(Dilation)}" : "")}";

    protected override string Description => Kind switch
    {
        ImagePattern.Row => $"the text and its own row of {Number(Side)} places",
        ImagePattern.Column => $"the text and its own column of {Number(Side)} places",
        ImagePattern.Convolution => $"the text and {Number(Reach)} × {Number(Reach)} places",
        _ => throw new InvalidOperationException("No image pattern " + Kind),
    };
}
