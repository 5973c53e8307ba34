using System.Globalization;
using System.Text.RegularExpressions;

namespace Attention.Generator.Weights;

/// <summary>The hole of a tensor's name that the layer's number fills: <c>{layer}</c>, or <c>{layer+1}</c> where names count from another number on.</summary>
internal static class LayerHole
{
    private static readonly Regex s_hole = new(@"\{layer(?:\+([0-9]{1,4}))?\}", RegexOptions.CultureInvariant);

    public static bool IsIn(string template) => s_hole.IsMatch(template);

    /// <summary>The name of a layer's tensor.</summary>
    public static string Fill(string template, int layer) => Replace(template, first => (layer + first).ToString(CultureInfo.InvariantCulture));

    /// <summary>A template with something else for each hole, by what is added to the layer's number there.</summary>
    public static string Replace(string template, Func<int, string> hole) => s_hole.Replace(template, match => hole(match.Groups[1].Success ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : 0));

    /// <summary>What stands before the first hole.</summary>
    public static string Before(string template) => s_hole.Match(template) is { Success: true } match ? template.Substring(0, match.Index) : template;
}
