namespace Attention.Text;

/// <summary>Replaces a string or the matches of an expression. Of an offset, all of what is put in came from all of what it replaces.</summary>
internal sealed class ReplaceNormalizer(string? literal, Expression? expression, string content) : INormalizer
{
    public void Normalize(NormalizedText text)
    {
        ReadOnlySpan<char> chars = text.Chars;
        if (literal is not null && !chars.Contains(literal, StringComparison.Ordinal)) return;
        text.Begin();
        int done = 0;
        if (literal is not null)
        {
            for (int found; (found = chars[done..].IndexOf(literal)) >= 0; done += found + literal.Length)
            {
                text.Copy(done, done + found);
                Put(text, done + found, done + found + literal.Length);
            }
        }
        else
        {
            var search = new ExpressionSearch(expression!, chars);
            for (; search.Find(done, out int start, out int end); done = end)
            {
                text.Copy(done, start);
                Put(text, start, end);
            }
            search.Dispose();
        }
        text.Copy(done, chars.Length);
        text.Commit();
    }
    private void Put(NormalizedText text, int start, int end)
    {
        Surrogates.CodePointAt(text.Chars, start, out int units);
        text.BeginsReplaced |= start == 0 && end > units;
        text.Append(content, start, end);
    }
}
